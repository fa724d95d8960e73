// Expected numbers: worked examples of the compact proofs, which two separate numpy prototypes computed. W1 and W7 are the
// models of tiny_models.ts.
import { assertEquals, assertThrows } from "@std/assert";
import {
  makeProver,
  proveBound,
  searchStrategy,
  verifyStrategy,
} from "../../../lib/proofs/prove.ts";
import { W1 } from "../tiny_models.ts";

const w1 = makeProver(W1);
/** By last token q and maximum m >= q. */
const pairs = (name: string) =>
  proveBound(w1, name).byPair.map(Number).filter((_, i) => Math.floor(i / 4) <= i % 4);

Deno.test("N2 certifies W1 pair by pair as worked out", () => {
  assertEquals(pairs("N2"), [1, 3, 5, 5, 4, 5, 5, 9, 7, 11]);
});

Deno.test("N2 refuses an order that repeats a token, and a product set larger than the order", () => {
  const prover = makeProver(W1), { v } = prover.tables, pair = 0 * v + 3;
  const hints = searchStrategy(prover, "N2"), found = hints.found as object[];
  const verify = (change: { order?: number[]; j?: number[] }) => {
    const changed = found.with(pair, { ...found[pair], ...change });
    return verifyStrategy(prover, "N2", { hints: { ...hints, found: changed } });
  };
  assertEquals(verify({}).certified, 55n);
  const refused = [{ order: [0, 0, 0] }, { order: [0, 1] }, { order: [0, 1, 3] }, { j: [4, 4, 4] }];
  for (const change of refused) {
    assertThrows(() => verify(change), RangeError, "Cannot verify N2: expected an order");
  }
});
