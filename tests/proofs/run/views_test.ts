// Numbers of W1 (58 of 64 sequences are right) are those of the worked examples; rounding is worked by hand.
import { assertEquals } from "@std/assert";
import { exhaustiveResult, makeProver, proveBound } from "../../../lib/proofs/prove.ts";
import {
  boundPoints,
  KIND_COLOURS,
  KIND_SHAPES,
  proofRows,
  seriesOf,
  type ShownProof,
} from "../../../lib/proofs/run/views.ts";
import { strategyNames } from "../../../lib/proofs/strategies.ts";
import { W1 } from "../tiny_models.ts";

/** 2 of 3 sequences by 1024 FLOPs. */
function result(strategy: string, atMost?: bigint): ShownProof {
  const certified = 2n, sequences = 3n, bound = 2 / 3;
  return { strategy, certified, sequences, atMost, bound, flops: 1024, unexplainedDimension: 7 };
}

Deno.test("proofRows() rounds to the safe side and marks what proves nothing", () => {
  const parts = "svd/mean_query+diff/max_diff";
  const common = { "log2 FLOPs": "10.0", "unexplained dimension": "7" };
  assertEquals(proofRows([result("N4", 2n), result(`published/${parts}`), result("N5")]), [
    { proof: "N4", "at least": "0.66666", "at most": "0.66667", ...common },
    { proof: "published: proves nothing", "at least": "(0.66666)", "at most": "", ...common },
    { proof: "N5", "at least": "0.66666", "at most": "", ...common },
  ]);
  const whole = { ...result("N4", 3n), certified: 3n };
  assertEquals(proofRows([whole]).map((row) => [row["at least"], row["at most"]]), [
    ["1.00000", "1.00000"],
  ]);
});

Deno.test("proofRows() tells two proofs of one kind apart by their whole names", () => {
  const sound = [
    "sound/svd/mean_query+diff/max_diff",
    "sound/max_diff/mean_query+diff/max_diff",
  ];
  const rows = proofRows([...sound, "cubic"].map((name) => result(name)));
  assertEquals(rows.map(({ proof }) => proof), [...sound, "cubic"]);
});

Deno.test("exhaustiveResult() is brute force as proveBound() has it, with the unsettled above", () => {
  const prover = makeProver(W1);
  const { byPair: _, ...expected } = proveBound(prover, "brute-force");
  assertEquals(exhaustiveResult(prover, { count: 58, unsettled: 0 }), expected);
  assertEquals(exhaustiveResult(prover, { count: 56, unsettled: 3 }).atMost, 59n);
});

Deno.test("boundPoints() places a proof by log2 FLOPs and bound, in the series of its kind", () => {
  const names = ["cubic", "published/svd/mean_query+diff/max_diff", "N5/svd/exact"];
  const place = { x: 10, y: 2 / 3 };
  assertEquals(boundPoints(names.map((name) => result(name))), [
    { ...place, series: "cubic", label: names[0] },
    { ...place, series: "published, unsound", label: names[1] },
    { ...place, series: "N5, approximate", label: names[2] },
  ]);
});

Deno.test("KIND_COLOURS has a colour for every strategy, KIND_SHAPES no other kinds", () => {
  const series = new Set(strategyNames().map((strategy) => seriesOf({ strategy })));
  assertEquals([...series].sort(), Object.keys(KIND_COLOURS).sort());
  assertEquals(Object.keys(KIND_SHAPES).filter((name) => !series.has(name)), []);
});
