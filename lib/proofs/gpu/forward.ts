/** The forward pass of many Max-of-K models at once. @module */
import { add } from "../../tensor/ops/arithmetic.ts";
import { batchedMatmul } from "../../tensor/ops/matmul/batched_matmul.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { lastRows, maxOfKLoss, mixRows } from "./max_of_k_ops.ts";
import type { TokenStreams } from "./token_streams.ts";

/** The loss of every sequence, [models · batch], with gradients on a tape. */
export function forwardLoss(
  weights: Record<string, Tensor>,
  data: Pick<TokenStreams, "tokens" | "targets" | "batch">,
): Tensor {
  return maxOfKLoss(forwardLogits(weights, data), data.targets);
}

/**
 * Logits at the last position, [models, batch, v]: one layer, one head, the last query only.
 * q·k = x[i] · (W_K W_Qᵀ x[K-1]), so keys of single tokens are never formed.
 */
function forwardLogits(
  weights: Record<string, Tensor>,
  { tokens, batch }: Pick<TokenStreams, "tokens" | "batch">,
): Tensor {
  const { W_E, W_pos, W_Q, W_K, W_V, W_O, W_U } = weights;
  const inputs = { tokens, batch, W_E, W_pos };
  const last = lastRows(inputs);
  const key = batchedMatmul(batchedMatmul(last, W_Q), W_K, "NT");
  const mixed = mixRows(inputs, key, 1 / Math.sqrt(W_Q.columns));
  const attended = batchedMatmul(batchedMatmul(mixed, W_V), W_O);
  return batchedMatmul(add(last, attended), W_U);
}
