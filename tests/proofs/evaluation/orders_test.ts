import { assert, assertEquals } from "@std/assert";
import { evaluateLogits } from "../../../lib/proofs/evaluation/evaluate.ts";
import {
  evaluatorOf,
  orderDependent,
  summationOrders,
} from "../../../lib/proofs/evaluation/orders.ts";
import { widen } from "../../../lib/proofs/evaluation/widen.ts";
import { EVALUATIONS } from "../../../lib/proofs/evaluation/classes.ts";
import { makeTables } from "../../../lib/proofs/tables/folded.ts";
import { decideSequence } from "../../../lib/proofs/theorems/brute_force.ts";
import type { MaxOfKModel } from "../../../lib/proofs/max_of_k.ts";
import { W1 } from "../tiny_models.ts";
import { someModel } from "./emulator.ts";

Deno.test("evaluateLogits() agrees with the worked example", () => {
  // Worked example W1, which two separate prototypes computed.
  const [order] = summationOrders(0);
  const logits = evaluateLogits(W1, [0, 1, 2], evaluatorOf(order));
  const expected = [-32.1314263613, 8.4945105269, 35.8388335201, -21.1280981891];
  logits.forEach((x, i) => assert(Math.abs(x - expected[i]) < 2e-5));
});

Deno.test("summationOrders() add the same terms, each in its own way", () => {
  const terms = Array.from({ length: 24 }, (_, n) => Math.fround(Math.sin(n) * 2 ** (n % 7)));
  const exact = terms.reduce((a, b) => a + b),
    sums = summationOrders(20).map(({ sum }) => sum(terms));
  for (const sum of sums) assert(Math.abs(sum - exact) < 1e-4);
  assert(new Set(sums).size > 5);
});

/**
 * A model and a sequence that is nearly a tie: the column of one wrong token is scaled until its
 * logit is the right one's, the others to half of that. Undefined where the right logit is not
 * positive.
 */
function nearTie(seed: number): { model: MaxOfKModel; tokens: number[] } | undefined {
  const model = someModel(seed, { d_vocab: 3, d_model: 12, d_head: 12, n_ctx: 3 });
  const tokens = [0, 1, 2], [order] = summationOrders(0);
  const logits = evaluateLogits(model, tokens, evaluatorOf(order));
  if (!(logits[2] > 0.1)) return undefined;
  const factor = [logits[2] / logits[0], logits[2] / logits[1] / 2, 1];
  return { model: { ...model, W_U: model.W_U.map((x, n) => x * factor[n % 3]) }, tokens };
}

Deno.test("orderDependent() finds answers that differ by the order alone, and no proof certifies them", () => {
  let found = 0;
  for (let seed = 0; seed < 10; seed++) {
    const near = nearTie(seed);
    if (near === undefined) continue;
    const tables = widen(makeTables(near.model), EVALUATIONS.ieee);
    assertEquals(decideSequence(tables, near.tokens).answer, "depends");
    for (const { right, wrong } of orderDependent(near.model, [near.tokens], { random: 20 })) {
      found++;
      assert(right.length > 0 && wrong.length > 0 && right.length + wrong.length === 60);
    }
  }
  assert(found > 1, `${found}`);
});
