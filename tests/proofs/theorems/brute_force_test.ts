import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { makeProver, proveBound } from "../../../lib/proofs/prove.ts";
import { makeTables } from "../../../lib/proofs/tables/folded.ts";
import { bruteForceTiny } from "../../../lib/proofs/theorems/brute_force.ts";
import { tinyModel, W1, W7 } from "../tiny_models.ts";
import { maxOfKLogits } from "../../reference/max_of_k.ts";

Deno.test("bruteForceTiny() finds 58 of 64 right in W1 and 6 of 16 in W7", () => {
  const w1 = bruteForceTiny(makeTables(W1));
  assertEquals([w1.count, w1.sequences, w1.undecided], [58, 64, 0]);
  // Wrong: (0,2,3) (1,2,3) (2,2,3) with q = m = 3; (2,3,1) (3,2,1) with q = 1; (3,2,0) with q = 0.
  assertEquals([w1.right[3 * 4 + 3], w1.right[1 * 4 + 3], w1.right[0 * 4 + 3]], [13, 5, 6]);
  const w7 = bruteForceTiny(makeTables(W7));
  assertEquals(w7.count, 6);
});

Deno.test("bruteForceTiny() counts a tie as wrong", () => {
  const model = { ...W1, W_U: new Float32Array(12) };
  assertEquals(bruteForceTiny(makeTables(model)).count, 0);
});

Deno.test("bruteForceTiny() agrees with float64 logits wherever those are clear", () => {
  fc.assert(
    fc.property(tinyModel, (model) => {
      const { d_vocab: v, n_ctx: K } = model.config;
      fc.pre(v ** K <= 81);
      const counts = new Float64Array(v * v);
      let unclear = false;
      for (let n = 0; n < v ** K; n++) {
        const tokens = Array.from({ length: K }, (_, i) => Math.floor(n / v ** i) % v);
        const logits = maxOfKLogits(model, tokens), m = Math.max(...tokens);
        const others = [...logits].filter((_, x) => x !== m);
        const size = Math.max(...logits.map(Math.abs));
        const margin = logits[m] - Math.max(...others);
        if (!(Math.abs(margin) > 1e-6 * size)) unclear = true;
        if (margin > 0) counts[tokens[K - 1] * v + m]++;
      }
      if (!unclear) assertEquals(bruteForceTiny(makeTables(model)).right, counts);
    }),
    { numRuns: 300, seed: 1 },
  );
});

Deno.test("brute-force certifies the 58 right sequences of W1, and no more are right", () => {
  const { certified, atMost } = proveBound(makeProver(W1), "brute-force");
  assertEquals([certified, atMost], [58n, 58n]);
});
