import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { stream } from "../../../lib/numerics/random.ts";
import { ablate, ABLATED, subsetOf } from "../../../lib/proofs/analysis/ablations.ts";
import { plainModel, rightAnswers } from "../../../lib/proofs/analysis/plain_model.ts";
import { importanceSample, monteCarlo } from "../../../lib/proofs/analysis/sampling.ts";
import { makeTables } from "../../../lib/proofs/tables/folded.ts";
import { bruteForceTiny } from "../../../lib/proofs/theorems/brute_force.ts";
import { W1 } from "../tiny_models.ts";

Deno.test("rightAnswers(), importanceSample() and ablate() agree with enumeration", () => {
  const tables = makeTables(W1), plain = plainModel(tables), isRight = rightAnswers(plain);
  const wrong = [];
  for (let n = 0; n < 64; n++) {
    const tokens = [n >> 4, (n >> 2) & 3, n & 3];
    if (!isRight(tokens)) wrong.push(tokens.join(""));
  }
  assertEquals(wrong, ["023", "123", "223", "231", "320", "321"]);
  const truth = bruteForceTiny(tables).count / 64; // 58 of 64
  const many = importanceSample(plain, 4000, stream(0, "a"));
  assert(Math.abs(many.value - truth) < 4 * many.standardError, `${many.value}`);
  assert(many.standardError < 0.003, `${many.standardError}`);
  const estimate = monteCarlo(plain, 40_000, stream(0, "b"));
  assert(Math.abs(estimate.value - truth) < 4 * estimate.standardError, `${estimate.value}`);
  const right = ablate(tables, 20_000, stream(0, "c"));
  assert(Math.abs(right[0] / 20_000 - truth) < 0.01, `${right[0]}`);
  assertEquals(right[subsetOf(["EU", "EVOU", "PVOU"])], 0); // all logits are 0: ties
  assertEquals(right.length, 2 ** ABLATED.length);
});

Deno.test("importanceSample() is unbiased where the published weights are not", () => {
  const plain = plainModel(makeTables(W1));
  const truth = 58 / 64;
  let own = 0, published = 0;
  for (let seed = 0; seed < 400; seed++) {
    const sample = importanceSample(plain, 2, stream(seed, "few"));
    own += sample.value / 400;
    published += sample.published / 400;
  }
  assertAlmostEquals(own, truth, 0.002);
  assert(Math.abs(published - truth) > Math.abs(own - truth));
});
