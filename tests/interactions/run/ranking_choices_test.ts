import { assertAlmostEquals, assertEquals } from "@std/assert";
import type { PairMetric } from "../../../lib/interactions/pairs/metrics.ts";
import type { ScoredBlock } from "../../../lib/interactions/ranking/score_text.ts";
import type { PairTable, StatisticName } from "../../../lib/interactions/run/pair_tables.ts";
import { choicesOf } from "../../../lib/interactions/run/phases/ranking_choices.ts";

// Four pairs of four latents at two blocks; S_co of the removal metric adds up to 5, 4, 3, 2.
const pairs = { d_sae: 4, i: Uint32Array.of(0, 0, 1, 2), j: Uint32Array.of(1, 2, 2, 3) };
const ascending = [1, 2, 3, 4];
const values = (layer: number, metric: PairMetric, statistic: StatisticName): number[] => {
  if (metric === "insertion") return ascending;
  if (statistic !== "S_co") return [9, 9, 1, 0];
  return layer === 0 ? [4, 2, 2, 0] : [1, 2, 1, 2];
};
const table: PairTable = {
  pairs,
  count: Uint32Array.of(9, 9, 9, 9),
  value: (layer, metric, statistic) => Float32Array.from(values(layer, metric, statistic)),
};
// latents 0 and 1 have main effects ten times those of 2 and 3
const square = Float64Array.of(100, 100, 1, 1);
const blocks = [0, 1].map((layer) => ({ layer, main: { square } })) as unknown as ScoredBlock<
  "removal"
>[];
const statistics = {
  count: Uint32Array.of(9, 9, 9, 1),
  ...{ S_mean: new Float64Array(4), S_co: new Float64Array(4) },
  ...{ S_q99: new Float64Array(4), S_max: new Float64Array(4) },
};
const overlap = new Float64Array(4);
const ranked = {
  pairs,
  overlaps: { ofRarer: overlap, jaccard: overlap, words: overlap },
  blocks: [{ layer: 0, statistics }],
};
// the second half does not meet the first pair, and the rare last one is not compared
const first = { pairs, S: Float64Array.of(3, 2, 1, 9), count: new Uint32Array(4) };
const second = {
  pairs: { d_sae: 4, i: Uint32Array.of(0, 1), j: Uint32Array.of(2, 2) },
  S: Float64Array.of(2, 1),
  count: new Uint32Array(2),
};
const found = choicesOf(table, { ranked, halves: [first, second], blocks, least: 5, top: 2 });
const of = (variant: string) => found.find((choice) => choice.variant.startsWith(variant))!;

Deno.test("choicesOf() adds blocks up, and tells where a ranking is turned around", () => {
  assertAlmostEquals(of("insertion").spearman, -1, 1e-12);
  assertEquals(of("insertion").common, 0);
  assertEquals(of("both").spearman, 1);
  assertEquals(of("S_mean").common, 1);
});

Deno.test("choicesOf() divides by both main effects", () => {
  // 5, 4, 3, 2 over 100, 10, 10, 1: the order is reversed but for the two in the middle
  assertEquals(of("by both").common, 0.5);
  assertAlmostEquals(of("by both").spearman, -0.8, 1e-12);
});

Deno.test("choicesOf() compares halves on frequent pairs, one that a half does not meet is 0 there", () => {
  // 3, 2, 1 against 0, 2, 1
  assertAlmostEquals(of("other half").spearman, -0.5, 1e-12);
  assertEquals(of("other half").common, 0.5);
});
