/** Cross-entropy row by row on the device, where of a vocabulary nothing else is asked. @module */
import { crossEntropy } from "../../tensor/ops/cross_entropy.ts";
import { type Tensor, upload, uploadIds } from "../../tensor/tensor.ts";

/** −log p of a token for each row of logits [rows, d_vocab], in nats. */
export async function rowLosses(
  logits: Tensor,
  targets: number[] | Uint32Array,
): Promise<Float32Array> {
  const { gpu, rows } = logits;
  using ids = uploadIds(gpu, [rows], targets);
  using weights = upload(gpu, { shape: [rows], data: new Float32Array(rows).fill(1) });
  const { loss, perRow } = crossEntropy(logits, ids, weights);
  using _loss = loss;
  using held = perRow;
  return await held.read();
}
