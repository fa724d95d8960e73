import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { countMargins, forwardError } from "../../../lib/proofs/analysis/margins.ts";
import { plainModel } from "../../../lib/proofs/analysis/plain_model.ts";
import { makeTables } from "../../../lib/proofs/tables/folded.ts";
import { W1 } from "../tiny_models.ts";

Deno.test("countMargins() enumerates: the smallest margin of W1 is the one of the worked example", () => {
  const { smallest, counts, thresholds } = countMargins(W1, plainModel(makeTables(W1)));
  assertAlmostEquals(smallest, 1.5982592300, 1e-9); // at (2,1,3), by two numpy prototypes
  assertEquals(counts, thresholds.map(() => 0));
  assert(forwardError(W1, 2 ** -24) > forwardError(W1, 2 ** -53) * 2 ** 28);
});
