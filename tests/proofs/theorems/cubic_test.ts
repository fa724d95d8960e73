// Expected numbers: worked examples of the compact proofs, which two separate numpy prototypes computed. W1 and W7 are the
// models of tiny_models.ts.
import { assertEquals } from "@std/assert";
import { makeProver, proveBound } from "../../../lib/proofs/prove.ts";
import { W1 } from "../tiny_models.ts";

Deno.test("cubic certifies 42 of the 58 right sequences of W1, as worked out", () => {
  assertEquals(proveBound(makeProver(W1), "cubic").certified, 42n);
});
