import { assertEquals } from "@std/assert";
import { ABLATED, subsetOf, SUBSETS, tablesOf } from "../../../lib/proofs/analysis/ablations.ts";
import { ablatedAccuracies, singularRatio } from "../../../lib/proofs/run/model_numbers.ts";

Deno.test("SUBSETS holds every subset of the five tables once, the fewest tables first", () => {
  assertEquals(new Set(SUBSETS).size, 32);
  assertEquals([tablesOf(SUBSETS[0]), tablesOf(SUBSETS[31])], [[], [...ABLATED]]);
  for (const subset of SUBSETS) assertEquals(subsetOf(tablesOf(subset)), subset);
  const sizes = SUBSETS.map((subset) => tablesOf(subset).length);
  assertEquals(sizes, sizes.toSorted((a, b) => a - b));
});

Deno.test("ablatedAccuracies() and singularRatio() are shares of draws and of singular values", () => {
  const subset = subsetOf(["EQKE"]);
  const right = Array.from({ length: 32 }, (_, s) => s === subset ? 30 : 120);
  assertEquals(ablatedAccuracies([{ ablations: { right, draws: 120 } }], subset), [0.25]);
  assertEquals(singularRatio({ singular: [300, 2] }), 150);
});
