/** The loss of a language model. @module */
import type { Batch } from "../data/batches.ts";
import { crossEntropy } from "../tensor/ops/cross_entropy.ts";
import { upload, uploadIds } from "../tensor/tensor.ts";
import { checkBatch } from "./check_sequences.ts";
import { type LanguageModel, logits } from "./language_model.ts";

/** Mean weighted cross-entropy in nats over batches. Throws where no prediction counts. */
export async function languageModelLoss(
  model: LanguageModel,
  batches: Iterable<Batch>,
): Promise<number> {
  const { gpu, config } = model;
  const action = "measure a language model's loss";
  let sum = 0, count = 0;
  for (const made of batches) {
    checkBatch(config, made, { action });
    const { ids, targets, weights, batch, sequenceLength: pos } = made;
    using tokens = uploadIds(gpu, [batch, pos], ids);
    using wanted = uploadIds(gpu, [batch * pos], targets);
    using counted = upload(gpu, { shape: [batch * pos], data: weights });
    using result = logits(model, tokens);
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
