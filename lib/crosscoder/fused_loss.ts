/**
 * The published crosscoder loss and its gradients in one operation (Anthropic's January 2025
 * update, with the penalty on the true pre-activation): products and three small kernels. It is
 * what the losses squared_error, tanh and pre_activation over a JumpReLU come to, faster; training
 * takes it for the recipe anthropic_jan25.
 *
 *   L = mean over the batch of  Σ_l ‖x_l − x̂_l‖² + λ_S Σ_i tanh(c f_i n_i) + λ_P Σ_i max(θ_i − z_i, 0) n_i
 * @module
 */
import squaredErrorSource from "../../kernels/squared_error.wgsl" with { type: "text" };
import { columnSumsInto } from "../tensor/ops/column_sums.ts";
import { elementwiseInto } from "../tensor/ops/elementwise.ts";
import {
  jumpreluBackwardInto,
  jumpreluInto,
  type JumpReluPenalties,
} from "../tensor/ops/jumprelu.ts";
import { launch } from "../tensor/launch.ts";
import { flatChunks, MOST_ITERATIONS } from "../tensor/ops/grid.ts";
import { productInto } from "../tensor/ops/matmul/product.ts";
import { expectTensors } from "../tensor/expect.ts";
import { contribute, contributeAll } from "../tensor/contribute.ts";
import { differentiable, wantsGradient, withoutGradient } from "../tensor/tape.ts";
import { rowSlice } from "../tensor/views.ts";
import { empty, type Tensor, zeros } from "../tensor/tensor.ts";
import { addDecoderNormGradient, decoderNormsInto } from "./decoder_norms.ts";
import { asRow, asRows, type CoderTensors, reconstruct } from "./encode.ts";

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

/**
 * Loss of a batch x [batch, n_sites · d_in] under a tape. The rows of the returned tensors sum to,
 * in order: those of `CODER_METRICS`. d_in must be a multiple of four. The loss ends in itself:
 * nothing can be made of the returned parts. x may want a gradient as well.
 */
export function crosscoderLoss(
  coder: JumpReluTensors,
  x: Tensor,
  penalties: JumpReluPenalties,
): Tensor[] {
  const { W_enc, W_dec, b_enc, b_dec, log_threshold } = coder;
  const { gpu } = x;
  const d_sae = W_dec.shape[0];
  const z = empty(gpu, [x.rows, d_sae]);
  checkCoderTensors(coder, x);
  productInto("NN", { a: x, b: W_enc, c: z }, { bias: b_enc });
  const acts = empty(gpu, z.shape);
  jumpreluInto(acts, z, log_threshold);
  const error = reconstruct(coder, acts);
  const reconstruction = squaredError(error, x);
  const stats = empty(gpu, [4, d_sae]); // its last row is the gradient of the norms
  const shown = rowSlice(stats, 0, 3);
  const inputs = [x, W_enc, W_dec, b_enc, b_dec, log_threshold];
  withoutGradient("the penalties of crosscoderLoss", shown, inputs);
  if (!wantsGradient(gpu, inputs)) {
    const grad = zeros(gpu, acts.shape), norms = zeros(gpu, [d_sae]);
    const unused = ["grad_bias", "grad_log_threshold"] as const;
    const scratch = Object.fromEntries(unused.map((name) => [name, empty(gpu, [d_sae])]));
    const { site_norms } = decoderNormsInto(W_dec, norms);
    jumpreluBackwardInto(
      { z, log_threshold, norms, grad, stats, ...scratch as Record<typeof unused[number], Tensor> },
      penalties,
    );
    for (const tensor of [grad, norms, site_norms, ...Object.values(scratch)]) tensor.release();
  }
  differentiable(reconstruction, inputs, {
    loss: "whole",
    saved: [z, acts, error], // the last is by now the gradient of the reconstruction
    backward: () => {
      const grad = empty(gpu, acts.shape);
      const { norms, site_norms } = decoderNormsInto(W_dec, zeros(gpu, [d_sae]));
      productInto("NT", { a: error, b: asRows(W_dec), c: grad });
      // One kernel writes both gradients, and turns `grad` into that of z, whoever of them is
      // frozen.
      const given = { z, log_threshold, norms, grad, stats };
      contributeAll([b_enc, log_threshold], ([grad_bias, grad_log_threshold]) => {
        jumpreluBackwardInto({ ...given, grad_bias, grad_log_threshold }, penalties);
      }, { always: true });
      contribute(W_dec, (target, accumulate) => {
        productInto("TN", { a: acts, b: error, c: asRows(target) }, { accumulate });
        addDecoderNormGradient(target, W_dec, {
          grad_norms: stats,
          first: 3 * stats.pitch,
          site_norms,
        });
      });
      contribute(b_dec, (target, accumulate) => {
        columnSumsInto(asRow(target), error, { accumulate });
      });
      contribute(W_enc, (target, accumulate) => {
        productInto("TN", { a: x, b: grad, c: target }, { accumulate });
      });
      contribute(x, (target, accumulate) => {
        productInto("NT", { a: grad, b: W_enc, c: target }, { accumulate });
        subtractFrom(target, error);
      });
      for (const tensor of [grad, norms, site_norms]) tensor.release();
    },
  });
  return [reconstruction, shown];
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

/** Into how many parts a row of the log is summed before the log adds them up. */
const PARTS = 64;

/** Replaces x_hat by the gradient of mean ‖x_hat − x‖² and returns [64] parts of that mean. */
function squaredError(x_hat: Tensor, x: Tensor): Tensor {
  const parts = empty(x.gpu, [PARTS]);
  for (const [start, size] of flatChunks(x.gpu, x.size, 4 * PARTS * MOST_ITERATIONS)) {
    const constants = { ADD: start > 0 ? 1 : 0 };
    const [from, into] = [x, x_hat].map((tensor) => tensor.part(start, size));
    launch(x.gpu, { name: "squared_error", source: squaredErrorSource, entry: "main", constants }, {
      tensors: { x: from, reconstruction: into, parts },
      params: { count4: size / 4, run: Math.ceil(size / 4 / PARTS), n: PARTS, factor: 1 / x.rows },
      invocations: PARTS,
    });
  }
  return parts;
}
