/** The loss of a language model. @module */
import type { Batch } from "../data/batches.ts";
import { exactly, expectForm, maybe } from "../io/form.ts";
import { crossEntropy } from "../tensor/ops/cross_entropy.ts";
import { upload, uploadIds } from "../tensor/tensor.ts";
import { checkBatch } from "./check_sequences.ts";
import { type Edit, EDITS, makeHooks } from "./hooks.ts";
import { type LanguageModel, logits } from "./language_model.ts";

const OPTIONS = exactly({ edits: maybe(EDITS) });

/**
 * Mean weighted cross-entropy in nats over batches; `edits`, by hook, change activations on the way.
 * Throws where no prediction counts, and on hooks that the model does not have.
 */
export async function languageModelLoss(
  model: LanguageModel,
  batches: Iterable<Batch>,
  options: { edits?: Record<string, Edit> } = {},
): Promise<number> {
  const { gpu, config } = model;
  const action = "measure a language model's loss";
  expectForm(action, options, OPTIONS);
  let sum = 0, count = 0;
  for (const made of batches) {
    checkBatch(config, made, { action });
    const { ids, targets, weights, batch, sequenceLength: pos } = made;
    using tokens = uploadIds(gpu, [batch, pos], ids);
    using wanted = uploadIds(gpu, [batch * pos], targets);
    using counted = upload(gpu, { shape: [batch * pos], data: weights });
    const hooks = options.edits && makeHooks(model, { edits: options.edits });
    using result = logits(model, tokens, { hooks });
    const { loss, perRow } = crossEntropy(result, wanted, counted);
    perRow.release();
    using mean = loss;
    const weight = weights.reduce((a, b) => a + b, 0);
    sum += weight * (await mean.read())[0];
    count += weight;
  }
  if (count > 0) return sum / count;
  throw new RangeError(
    `Cannot ${action}: expected predictions that count but found none: ` +
      "pass batches with weights above 0",
  );
}
