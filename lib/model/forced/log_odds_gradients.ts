/**
 * How the log-odds of an answer change, to first order, with what is added at hook points: one
 * backward pass ranks everything that could be, of which the best is then cancelled for real
 * (attribution patching after Nanda 2023; with the gradient of the log-odds, which does not vanish
 * where the answer is sure).
 *
 *   d log-odds = d log p / (1 − p)
 * @module
 */
import { type LanguageModel, logits } from "../language_model.ts";
import { hookPoint, makeHooks } from "../hooks.ts";
import type { Edit } from "../hook_points.ts";
import { tokenTensor } from "../run_with_cache.ts";
import { withGradients } from "../../tensor/gradients.ts";
import { add } from "../../tensor/ops/arithmetic.ts";
import { crossEntropy } from "../../tensor/ops/cross_entropy.ts";
import { reshape } from "../../tensor/ops/reshape.ts";
import { readTensors } from "../../tensor/read.ts";
import { type Tensor, upload, uploadIds, zeros } from "../../tensor/tensor.ts";
import { share } from "../../tensor/views.ts";
import type { Outcome } from "./outcomes.ts";
import type { ForcedPart } from "./forced.ts";

/**
 * Gradients of the log-odds of each answer's first token by what is added at `hooks`, at each token
 * of its own sequence: by hook point, [tokens, width]. `before`: unedited outcomes.
 */
export async function logOddsGradients(
  model: LanguageModel,
  { sequences, forced, pos, first }: ForcedPart,
  { hooks, before }: { hooks: readonly string[]; before: readonly Outcome[] },
): Promise<Map<string, Float32Array>> {
  const { gpu } = model, rows = sequences.length * pos;
  using owned = new DisposableStack();
  const frozen = withFrozen(model, owned);
  const leaves = hooks.map((hook) => {
    const { width } = hookPoint(model, hook);
    const leaf = owned.use(zeros(gpu, [sequences.length, pos, width]));
    leaf.requiresGrad = true;
    return leaf;
  });
  const edits: Record<string, Edit> = Object.fromEntries(
    hooks.map((hook, n) => [hook, (x: Tensor) => add(x, reshape(leaves[n], x.shape))]),
  );
  const targets = new Uint32Array(rows), weights = new Float32Array(rows);
  forced.forEach(({ prompt, answer }, n) => {
    const at = n * pos + prompt.length - 1;
    targets[at] = answer[0];
    weights[at] = 1 + Math.exp(before[first + n].logOdds); // 1 / (1 − p)
  });
  const ids = owned.use(tokenTensor(model, sequences));
  const target = owned.use(uploadIds(gpu, [rows], targets));
  const weight = owned.use(upload(gpu, { shape: [rows], data: weights }));
  const { loss } = withGradients(gpu, leaves, () => {
    const found = logits(frozen, ids, { hooks: makeHooks(frozen, { edits }) });
    return { loss: crossEntropy(found, target, weight).loss };
  });
  owned.use(loss);
  const grads = await readTensors(leaves.map(({ grad }) => grad!));
  const back = -weights.reduce((sum, w) => sum + w, 0); // the loss is −Σ w log p / Σ w
  return new Map(hooks.map((hook, n) => [hook, grads[n].map((g) => g * back)]));
}

/** The same model, whose weights want no gradient. */
function withFrozen(model: LanguageModel, owned: DisposableStack): LanguageModel {
  const { parameters } = model;
  const tensors = Object.fromEntries(
    Object.entries(parameters.tensors).map(([name, tensor]) => [name, owned.use(share(tensor))]),
  );
  return { ...model, parameters: { ...parameters, tensors } };
}
