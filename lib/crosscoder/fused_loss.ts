/**
 * The published crosscoder losses and their gradients in one operation: products and a few small
 * kernels. It is what the losses squared_error, tanh and pre_activation over a JumpReLU come to
 * (Anthropic's January 2025 update, with the penalty on the true pre-activation), squared_error and
 * l1 over a ReLU, or squared_error and l0_step over a JumpReLU, faster; training takes it for the
 * recipes anthropic_jan25, l1 and gemma_scope_2. With the first,
 *
 *   L = mean over the batch of  Σ_l ‖x_l − x̂_l‖² + λ_S Σ_i tanh(c f_i n_i) + λ_P Σ_i max(θ_i − z_i, 0) n_i
 * @module
 */
import { elementwiseInto } from "../tensor/ops/elementwise.ts";
import { jumpreluInto, type JumpReluPenalties } from "../tensor/ops/jumprelu.ts";
import { isSummedWhole } from "../tensor/ops/matmul/pieces.ts";
import { productInto } from "../tensor/ops/matmul/product.ts";
import { expectTensors } from "../tensor/expect.ts";
import { contribute, contributeAll } from "../tensor/contribute.ts";
import { together } from "../tensor/together.ts";
import { differentiable, wantsGradient } from "../tensor/tape.ts";
import { empty, type Tensor, zeros } from "../tensor/tensor.ts";
import { addBatchSums, makeBatchSums, penaltiesInto, squaredErrorInto } from "./batch_sums.ts";
import { type DecoderNorms, decoderNormsInto } from "./decoder_norms.ts";
import { asRows, type CoderTensors, reconstruct } from "./encode.ts";
import { rowCounts } from "./row_counts.ts";

/**
 * A JumpReLU crosscoder while it trains; `log_threshold` [d_sae] is the logarithm of the saved
 * threshold.
 */
export type JumpReluTensors = CoderTensors & { log_threshold: Tensor };

/**
 * The rows that `crosscoderLoss` returns, by name: parts of the loss as weighted in it, then the
 * mean L0.
 */
export const CODER_METRICS = ["squared_error", "sparsity", "pre_activation", "L0"];

/** The same without a loss on pre-activations: for an L1, and for a penalty on L0. */
export const SPARSITY_METRICS = ["squared_error", "sparsity", "L0"];

/**
 * Loss of a batch x [batch, n_sites · d_in] under a tape. The rows of the returned tensor sum to, in
 * order: those of `CODER_METRICS`, of `SPARSITY_METRICS` for `linear` penalties and with `target_L0`. d_in must be a multiple
 * of four. The loss ends in itself: nothing can be made of the returned parts. x may want a gradient
 * as well.
 */
export function crosscoderLoss(
  coder: JumpReluTensors,
  x: Tensor,
  penalties: JumpReluPenalties,
): Tensor[] {
  const { W_enc, W_dec, b_enc, b_dec, log_threshold } = coder;
  const { gpu } = x;
  const d_sae = W_dec.shape[0];
  checkCoderTensors(coder, x);
  const { z, acts } = encode(coder, x), { target_L0, linear } = penalties;
  const counted = target_L0 !== undefined;
  const { error, counts } = together(gpu, () => {
    return { counts: counted ? rowCounts(acts) : undefined, error: reconstruct(coder, acts) };
  });
  const sums = makeBatchSums(error, z);
  squaredErrorInto(sums, error, x); // which is by now the gradient of the reconstruction
  const { length } = linear || counted ? SPARSITY_METRICS : CODER_METRICS;
  const stats = empty(gpu, [length, Math.max(error.pitch, z.pitch)]);
  const inputs = [x, W_enc, W_dec, b_enc, b_dec, log_threshold];
  const norms = () => counted ? undefined : decoderNormsInto(W_dec, zeros(gpu, [d_sae]));
  // One pair of kernels finds the metrics and three gradients, whoever of them is frozen.
  const finish = (
    of: DecoderNorms | undefined,
    { grad, norm_shares }: { grad: Tensor; norm_shares?: Tensor },
    { targets, accumulate }: { targets: Tensor[]; accumulate: boolean[] },
  ) => {
    const [grad_b_dec, grad_b_enc, grad_log_threshold] = targets;
    penaltiesInto(sums, { z, grad, log_threshold, counts, norms: of?.norms }, penalties);
    const places = { grad_b_dec, grad_b_enc, grad_log_threshold, stats, norm_shares };
    addBatchSums(sums, places, { site_norms: of?.site_norms, accumulate });
  };
  if (!wantsGradient(gpu, inputs)) {
    const unused = [b_dec, b_enc, log_threshold].map(({ shape }) => empty(gpu, shape));
    const of = norms(), grad = zeros(gpu, z.shape);
    const norm_shares = of && empty(gpu, of.site_norms.shape);
    finish(of, { grad, norm_shares }, { targets: unused, accumulate: [] });
    release([...unused, grad, norm_shares, ...Object.values(of ?? {})]);
  }
  differentiable(stats, inputs, {
    loss: "whole",
    saved: [z, acts, error, ...counts ? [counts] : [], ...sums.pieces.map(({ table }) => table)],
    backward: () => {
      const grad = empty(gpu, acts.shape);
      const of = together(gpu, () => {
        const found = norms();
        productInto("NT", { a: error, b: asRows(W_dec), c: grad });
        return found;
      });
      const norm_shares = of && empty(gpu, of.site_norms.shape);
      contributeAll([b_dec, b_enc, log_threshold], (targets, accumulate) => {
        finish(of, { grad, norm_shares }, { targets, accumulate });
      }, { kernel: "either", always: true });
      together(gpu, () => {
        contribute(W_dec, (target, accumulate) => {
          productInto("TN", { a: acts, b: error, c: asRows(target) }, {
            accumulate,
            ...(norm_shares && { addend: asRows(W_dec), addendScales: norm_shares }),
          });
        });
        contribute(W_enc, (target, accumulate) => {
          productInto("TN", { a: x, b: grad, c: target }, { accumulate });
        });
      });
      contribute(x, (target, accumulate) => {
        productInto("NT", { a: grad, b: W_enc, c: target }, { accumulate });
        subtractFrom(target, error);
      });
      release([grad, norm_shares, ...Object.values(of ?? {})]);
    },
  });
  return [stats];
}

function release(tensors: readonly (Tensor | undefined)[]): void {
  for (const tensor of tensors) tensor?.release();
}

/** Pre-activations and latents, by one product where its sums are in one piece. */
function encode({ W_enc, b_enc: bias, log_threshold }: JumpReluTensors, x: Tensor) {
  const z = empty(x.gpu, [x.rows, W_enc.columns]), acts = empty(x.gpu, z.shape);
  if (isSummedWhole(W_enc)) {
    productInto("NN", { a: x, b: W_enc, c: acts }, { bias, jumprelu: { pre: z, log_threshold } });
  } else {
    productInto("NN", { a: x, b: W_enc, c: z }, { bias });
    jumpreluInto(acts, z, log_threshold);
  }
  return { z, acts };
}

function checkCoderTensors(
  { W_enc, W_dec, b_enc, b_dec, log_threshold }: JumpReluTensors,
  x: Tensor,
) {
  const [d_sae, n_sites, d_in] = W_dec.shape;
  expectTensors("compute the crosscoder loss", {
    W_dec: [W_dec, { shape: [d_sae, n_sites, d_in] }],
    W_enc: [W_enc, { shape: [n_sites, d_in, d_sae] }],
    b_enc: [b_enc, { shape: [d_sae] }],
    b_dec: [b_dec, { shape: [n_sites, d_in] }],
    log_threshold: [log_threshold, { shape: [d_sae] }],
    x: [x, { shape: [x.rows, n_sites * d_in] }],
  }, "take all tensors of one crosscoder, and activations of its sites");
}

/** target −= a. */
function subtractFrom(target: Tensor, a: Tensor): void {
  elementwiseInto("subtract_from", { a, out: target });
}
