// Expected numbers: worked examples of the compact proofs, which two separate numpy prototypes computed. W1 and W7 are the
// models of tiny_models.ts.
import { assert, assertEquals } from "@std/assert";
import { makeProver, proveBound } from "../../../lib/proofs/prove.ts";
import { W1 } from "../tiny_models.ts";

const w1 = makeProver(W1);

Deno.test("N4 encloses the truth of W1, the finer the closer", () => {
  const ends = [1, 2, 4, 16, 64, 256, 4096].map((G) => {
    const { certified, atMost } = proveBound(w1, "N4", { G });
    assert(certified <= 57n && atMost! >= 58n);
    return [Number(certified), Number(atMost)];
  });
  assertEquals(ends.at(-1), [57, 58]);
  assertEquals(ends.at(-2), [57, 58]);
});
