/**
 * The published crosscoder loss and its gradients (stagewise reference 6.2 and 6.3, with the penalty on the true
 * pre-activation), as products and three small kernels.
 *
 *   L = mean over the batch of  Σ_l ‖x_l − x̂_l‖² + λ_S Σ_i tanh(c f_i n_i) + λ_P Σ_i max(θ_i − z_i, 0) n_i
 * @module
 */
import { loadKernel } from "../gpu/kernel.ts";
import squaredErrorSource from "../../kernels/squared_error.wgsl" with { type: "text" };
import { columnSumsInto } from "../tensor/ops/column_sums.ts";
import {
  jumpreluBackward,
  jumpreluForward,
  type JumpReluPenalties,
} from "../tensor/ops/jumprelu.ts";
import { product } from "../tensor/ops/product.ts";
import { contribute, differentiable } from "../tensor/tape.ts";
import { empty, type Tensor, view, zeros } from "../tensor/tensor.ts";
import { addDecoderNormGradient, decoderNorms } from "./decoder_norms.ts";

/** Parameters of a crosscoder while it trains; `log_threshold` is the logarithm of the saved threshold. */
export type CoderTensors = {
  /** [n_sites, d_in, d_sae] */
  W_enc: Tensor;
  /** [d_sae, n_sites, d_in] */
  W_dec: Tensor;
  /** [d_sae] */
  b_enc: Tensor;
  /** [n_sites, d_in] */
  b_dec: Tensor;
  /** [d_sae] */
  log_threshold: Tensor;
};

/** x [batch, n_sites · d_in] → pre-activations z [batch, d_sae]. */
export function preActivations({ W_enc, b_enc }: CoderTensors, x: Tensor): Tensor {
  const z = empty(x.gpu, [x.rows, W_enc.columns]);
  product("NN", { a: x, b: W_enc, c: z }, { bias: b_enc });
  return z;
}

/** acts [batch, d_sae] → reconstruction [batch, n_sites · d_in]. */
export function decode({ W_dec, b_dec }: CoderTensors, acts: Tensor): Tensor {
  const [d_sae, n_sites, d_in] = W_dec.shape;
  const x_hat = empty(acts.gpu, [acts.rows, n_sites * d_in]);
  const b = view(W_dec, [d_sae, n_sites * d_in]);
  product("NN", { a: acts, b, c: x_hat }, { bias: view(b_dec, [n_sites * d_in]) });
  return x_hat;
}

/** x [batch, n_sites · d_in] → latents [batch, d_sae]. */
export function encode(coder: CoderTensors, x: Tensor): Tensor {
  const z = preActivations(coder, x);
  const acts = jumpreluForward(z, coder.log_threshold);
  z.release();
  return acts;
}

/**
 * Loss of a batch x [batch, n_sites · d_in] under a tape. The rows of the returned tensors sum to, in order:
 * reconstruction loss, sparsity loss, pre-activation loss, mean L0. d_in must be a multiple of four.
 */
export function crosscoderLoss(
  coder: CoderTensors,
  x: Tensor,
  penalties: JumpReluPenalties,
): Tensor[] {
  const { W_enc, W_dec, b_enc, b_dec, log_threshold } = coder;
  const { gpu } = x;
  const [d_sae, n_sites, d_in] = W_dec.shape;
  const z = preActivations(coder, x);
  const acts = jumpreluForward(z, log_threshold);
  const error = decode(coder, acts);
  const reconstruction = squaredError(error, x);
  const stats = empty(gpu, [3, d_sae]);
  const rows = (tensor: Tensor) => view(tensor, [d_sae, n_sites * d_in]);
  differentiable(reconstruction, Object.values(coder), {
    isLoss: true,
    saved: [z, acts, error], // the last becomes the gradient of the reconstruction
    backward: () => {
      const grad = empty(gpu, acts.shape), grad_norms = empty(gpu, [d_sae]);
      const { norms, site_norms } = decoderNorms(W_dec, zeros(gpu, [d_sae]));
      product("NT", { a: error, b: rows(W_dec), c: grad });
      contribute(
        b_enc,
        (grad_bias) =>
          contribute(log_threshold, (grad_log_threshold) =>
            jumpreluBackward(
              { z, log_threshold, norms, grad, grad_log_threshold, grad_norms, grad_bias, stats },
              penalties,
            )),
      );
      contribute(W_dec, (target, accumulate) => {
        product("TN", { a: acts, b: error, c: rows(target) }, { accumulate });
        addDecoderNormGradient(target, W_dec, { grad_norms, site_norms });
      });
      contribute(
        b_dec,
        (target, accumulate) =>
          columnSumsInto(view(target, [n_sites * d_in]), error, { accumulate }),
      );
      contribute(
        W_enc,
        (target, accumulate) => product("TN", { a: x, b: grad, c: target }, { accumulate }),
      );
      for (const tensor of [grad, grad_norms, norms, site_norms]) tensor.release();
    },
  });
  return [reconstruction, stats];
}

/** Replaces x_hat by the gradient of mean ‖x_hat − x‖² and returns [64] parts of that mean. */
function squaredError(x_hat: Tensor, x: Tensor): Tensor {
  const parts = empty(x.gpu, [64]);
  const count4 = x.size / 4;
  const kernel = loadKernel(x.gpu, {
    name: "squared_error",
    source: squaredErrorSource,
    entry: "main",
  });
  x.gpu.recorder.dispatch(kernel, {
    bindings: { x: x.range, reconstruction: x_hat.range, parts: parts.range },
    params: { count4, run: Math.ceil(count4 / 64), n: 64, factor: 1 / x.rows },
    workgroups: [4, 1, 1],
  });
  return parts;
}
