// Judged sequences and sampled accuracies against plain float64 and exact enumeration.
import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { stream } from "../../../lib/numerics/random.ts";
import { bruteForceTiny } from "../../../lib/proofs/theorems/brute_force.ts";
import { Judge, sampleAccuracy } from "../../../lib/proofs/gpu/accuracy.ts";
import { initialModel } from "../../../lib/proofs/gpu/train.ts";
import { stratifiedSequences } from "../../../lib/proofs/analysis/strata.ts";
import { makeTables } from "../../../lib/proofs/tables/folded.ts";
import { devices } from "../../tensor/gpu_util.ts";
import { W1 } from "../tiny_models.ts";

const [{ gpu }] = devices;

Deno.test("Judge finds the six wrong sequences of W1", async () => {
  using judge = new Judge(gpu, W1);
  const all = Array.from({ length: 64 }, (_, n) => [n >> 4, n >> 2 & 3, n & 3]);
  const right = await judge.right(Uint32Array.from(all.flat()));
  assertEquals(all.filter((_, n) => right[n] === 0).map(String), [
    ...["0,2,3", "1,2,3", "2,2,3", "2,3,1", "3,2,0", "3,2,1"],
  ]);
  await assertRejects(() => judge.right(Uint32Array.of(0, 1, 4)), RangeError, "tokens below 4");
});

Deno.test("stratifiedSequences() weighs every sequence by its probability", () => {
  const [v, K] = [4, 4];
  const sums = new Map<string, number>();
  let total = 0;
  for (
    const { tokens, weights } of stratifiedSequences({ v, K, draws: 3000 }, stream(1, "strata"))
  ) {
    weights.forEach((weight, i) => {
      const key = tokens.subarray(i * K, i * K + K).join();
      sums.set(key, (sums.get(key) ?? 0) + weight);
      total += weight;
    });
  }
  assertAlmostEquals(total, 1, 3e-3);
  assertEquals(sums.size, v ** K);
  // Without the number of copies in the weight, (0,0,0,3) would come three times too often.
  for (const [key, sum] of sums) assertAlmostEquals(sum * v ** K, 1, 0.3, key);
});

Deno.test("sampleAccuracy() agrees with exact enumeration within its standard error", async () => {
  const model = initialModel({ d_vocab: 7, d_model: 8, d_head: 4, n_ctx: 5 }, 3);
  const { count, sequences } = bruteForceTiny(makeTables(model));
  const { accuracy, standardError } = await sampleAccuracy(gpu, model, {
    random: stream(2, "accuracy"),
    draws: 60,
  });
  assert(standardError < 0.02, `${standardError}`);
  assertAlmostEquals(accuracy, count / sequences, 4 * standardError);
});
