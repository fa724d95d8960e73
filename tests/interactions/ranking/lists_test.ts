import { assertAlmostEquals, assertEquals } from "@std/assert";
import { compareRankings } from "../../../lib/interactions/ranking/choices.ts";
import { listed, rankedPairs, twinShares } from "../../../lib/interactions/ranking/lists.ts";
import { scoreText } from "../../../lib/interactions/ranking/score_text.ts";
import { halfMeans, rankText, valuesFor } from "../../../lib/interactions/ranking/rank_text.ts";
import { curveAmong, curveOf } from "../../../lib/interactions/ranking/versions.ts";
import { devices } from "../../tensor/gpu_util.ts";
import { randomCoder, randomModel, randomText } from "../util.ts";

const zeros = () => new Float64Array(3);
const statistics = (S_mean: number[], S_max: number[]) => ({
  count: Uint32Array.of(40, 40, 5),
  S_mean: Float64Array.from(S_mean),
  S_co: zeros(),
  S_q99: zeros(),
  S_max: Float64Array.from(S_max),
});
const text = {
  pairs: { d_sae: 4, i: Uint32Array.of(0, 0, 1), j: Uint32Array.of(1, 2, 3) },
  overlaps: {
    ofRarer: Float64Array.of(0.9, 0.2, 0.1),
    jaccard: Float64Array.of(0.6, 0.1, 0.1),
    words: Float64Array.of(0.7, 0.5, 0),
  },
  blocks: [
    { layer: 1, statistics: statistics([3, 1, 9], [30, 10, 90]) },
    { layer: 2, statistics: statistics([1, 2, 0], [11, 22, 0]) },
  ],
};

Deno.test("listed() adds blocks up and leaves out rare pairs, twins and dense latents", () => {
  const options = { n: 5, by: "S_mean" as const, least: 10 };
  assertEquals(listed(text, options), [0, 1]);
  assertEquals(listed(text, { ...options, least: 1 }), [2, 0, 1]);
  assertEquals(listed(text, { ...options, twins: false }), [1]);
  assertEquals(listed(text, { ...options, dense: Uint8Array.of(0, 1, 0, 0) }), [1]);
  assertEquals(twinShares(text.overlaps, [0, 1]), { ofRarer: 0.5, jaccard: 0.5, words: 0.5 });
});

Deno.test("rankedPairs() names the block where a pair is strongest", () => {
  const [first, second] = rankedPairs(text, [0, 1]);
  assertEquals([first.layer, first.S_mean, first.S_max, first.count], [1, 4, 30, 40]);
  assertEquals([second.i, second.j, second.layer, second.S_max], [0, 2, 2, 22]);
});

Deno.test("compareRankings() of a ranking with itself and with its reverse", () => {
  const values = [1, 2, 3, 4, 5, 6];
  assertEquals(compareRankings(values, values, { top: 2 }), { spearman: 1, common: 1 });
  const turned = compareRankings(values, values.toReversed(), { top: 2 });
  assertAlmostEquals(turned.spearman, -1, 1e-12);
  assertEquals(turned.common, 0);
});

Deno.test("scoreText() of halves is that of the whole, and its own decoder leaves the error node out", async () => {
  const [{ gpu }] = devices, model = randomModel(gpu), coder = randomCoder();
  const sequences = randomText(4).map((ids) => Uint32Array.from(ids));
  const read = { text: sequences, metrics: ["removal"] as const };
  const scored = await scoreText(model, coder, read);
  const whole = rankText(scored, "removal"), halves = halfMeans(scored, "removal");
  const sum = whole.blocks[0].statistics.S_mean.map((value, p) =>
    value + whole.blocks[1].statistics.S_mean[p]
  );
  const [first, second] = halves.map((half) => valuesFor(whole.pairs, half));
  sum.forEach((value, p) => assertAlmostEquals(value, (first[p] + second[p]) / 2, 1e-9));
  assertEquals(scored.tokens, 28);
  const counts = halves.map((half) => valuesFor(whole.pairs, { pairs: half.pairs, S: half.count }));
  const all = whole.blocks[0].statistics.count;
  assertEquals([...counts[0].map((count, p) => count + counts[1][p])], [...all]);
  const own = rankText(await scoreText(model, coder, { ...read, decoder: coder }), "removal");
  assertEquals(own.pairs, whole.pairs);
  const [{ statistics: a }] = whole.blocks, [{ statistics: b }] = own.blocks;
  assertEquals(a.count, b.count);
  assertEquals(a.S_co.every((value, p) => Math.abs(value - b.S_co[p]) < 1e-6), false);
});

Deno.test("curveAmong() looks at frequent pairs alone", () => {
  const values = [8, 1, 1, 1, 1], count = Uint32Array.of(1, 9, 9, 9, 9);
  assertAlmostEquals(curveAmong(values, count, 5).needed, 1, 1e-12);
  assertEquals(curveOf(values).needed, 3 / 5);
});
