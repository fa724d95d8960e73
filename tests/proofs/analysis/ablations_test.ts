import { assert, assertEquals } from "@std/assert";
import { stream } from "../../../lib/numerics/random.ts";
import {
  ablate,
  ABLATED,
  subsetOf,
  SUBSETS,
  tablesOf,
} from "../../../lib/proofs/analysis/ablations.ts";
import { makeTables } from "../../../lib/proofs/tables/folded.ts";
import { W1 } from "../tiny_models.ts";
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

Deno.test("ablate() answers as often rightly as the whole model does, and never without any logits", () => {
  const right = ablate(makeTables(W1), 20_000, stream(0, "c"));
  assert(Math.abs(right[0] / 20_000 - 58 / 64) < 0.01, `${right[0]}`);
  assertEquals(right[subsetOf(["EU", "EVOU", "PVOU"])], 0); // all logits are 0: ties
  assertEquals(right.length, 2 ** ABLATED.length);
});
