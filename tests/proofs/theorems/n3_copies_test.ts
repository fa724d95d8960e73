// Expected numbers: worked examples of the compact proofs, which two separate numpy prototypes computed. W1 and W7 are the
// models of tiny_models.ts.
import { assertEquals } from "@std/assert";
import { makeProver, proveBound } from "../../../lib/proofs/prove.ts";
import { W1 } from "../tiny_models.ts";

const w1 = makeProver(W1);
/** By last token q and maximum m >= q. */
const pairs = (name: string) =>
  proveBound(w1, name).byPair.map(Number).filter((_, i) => Math.floor(i / 4) <= i % 4);

Deno.test("N3 certifies W1 pair by pair as worked out", () => {
  assertEquals(pairs("N3"), [1, 3, 5, 6, 4, 5, 5, 9, 7, 9]);
});

Deno.test("N3n certifies W1 pair by pair as worked out", () => {
  assertEquals(pairs("N3n"), [1, 3, 5, 5, 4, 5, 5, 9, 7, 7]);
});
