// What changed between two models: tables worked by hand, rankings with known answers, and a model against itself.
import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { changedShare, changeScores } from "../../../lib/interactions/diffing/change.ts";
import { advantage, labelRankings } from "../../../lib/interactions/diffing/ranking.ts";
import { type InteractionTables, joined } from "../../../lib/interactions/diffing/tables.ts";

function tables(
  pairs: number[],
  { rate = [0.5, 0.5, 0], activation = [1, 2, 0], main = [3, 1, 0], tokens = 10 } = {},
): InteractionTables {
  const [f, r, a, m] = [pairs, rate, activation, main].map((values) => Float64Array.from(values));
  return { tokens, d_sae: 3, pairs: f, rate: r, activation: a, main: m };
}

Deno.test("changeScores() sums what changed over a latent's pairs, and takes shares of what there is", () => {
  const before = tables([0, 1, 0, 1, 0, 0, 0, 0, 0]);
  const after = tables([0, 4, 2, 4, 0, 0, 2, 0, 0], { rate: [0.5, 0.25, 0], main: [1, 1, 2] });
  const scores = changeScores(before, after);
  assertEquals([...scores.hub], [5, 3, 2]);
  assertEquals([...scores.relative_hub], [5 / 7, 3 / 5, 1]);
  assertEquals([...scores.hub_before, ...scores.hub_after], [1, 1, 0, 6, 4, 2]);
  assertEquals([...scores.rate, ...scores.main], [0, 0.25, 0, 2, 0, 2]);
  assertAlmostEquals(scores.log_rate[1], Math.log(2), 1e-12);
  assertEquals(scores.log_rate[2], 0); // never fired, never fires
  assertEquals(changedShare(before, after), 10 / 12);
});

Deno.test("changeScores() of a model against itself are zero but for the tables themselves", () => {
  const own = tables([0, 1, 0, 1, 0, 2, 0, 2, 0]);
  const { hub_before, hub_after, ...changes } = changeScores(own, own);
  for (const [name, values] of Object.entries(changes)) assertEquals([...values], [0, 0, 0], name);
  assertEquals([...hub_before], [...hub_after]);
  assertThrows(
    () => changeScores(own, { ...own, d_sae: 4 }),
    RangeError,
    "3 latents in both models",
  );
});

Deno.test("joined() halves give the means of the whole text", () => {
  const a = tables([0, 1, 0, 1, 0, 0, 0, 0, 0], { tokens: 10 });
  const b = tables([0, 4, 0, 4, 0, 0, 0, 0, 0], { tokens: 30, rate: [0.1, 0.5, 0] });
  const whole = joined(a, b);
  assertEquals(whole.tokens, 40);
  assertAlmostEquals(whole.pairs[1], (1 * 10 + 4 * 30) / 40, 1e-12);
  assertAlmostEquals(whole.rate[0], (0.5 * 10 + 0.1 * 30) / 40, 1e-12);
});

Deno.test("labelRankings() and advantage() tell a perfect score from chance and from its reverse", () => {
  const labelled = Array.from({ length: 40 }, (_, i) => i % 4 === 0);
  const scores = {
    perfect: Float64Array.from(labelled, (is, i) => (is ? 100 : 0) + i),
    reverse: Float64Array.from(labelled, (is) => is ? 0 : 1),
    constant: new Float64Array(40).fill(2),
  };
  const { perfect, reverse, constant } = labelRankings(scores, labelled, { seed: 0 });
  assertEquals([perfect.auroc, perfect.low, perfect.high, perfect.precision], [1, 1, 1, 0.5]);
  assertEquals([reverse.auroc, constant.auroc], [0, 0.5]);
  const options = { labelled, seed: 0 };
  assertEquals(advantage(scores.perfect, scores.constant, options), {
    difference: 0.5,
    low: 0.5,
    high: 0.5,
  });
  assertEquals(advantage(scores.perfect, scores.perfect, options).difference, 0);
  assertThrows(
    () => labelRankings(scores, labelled.map(() => false), { seed: 0 }),
    RangeError,
    "expected labelled ones and others but found 0 and 40",
  );
});
