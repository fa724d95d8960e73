/** JumpReLU on the device, alone and with the sparsity penalties of crosscoder training. @module */
import source from "../../../kernels/jumprelu.wgsl" with { type: "text" };
import { exactly, expectForm, maybe, number } from "../../io/form.ts";
import { contributeAll } from "../contribute.ts";
import { differentiable } from "../tape.ts";
import { expectTensors } from "../expect.ts";
import { launch } from "../launch.ts";
import { copyInto } from "./elementwise.ts";
import { empty, type Tensor, zeros } from "../tensor.ts";
import { rowChunks, rowSlice } from "../views.ts";
import { MOST_ITERATIONS } from "./grid.ts";

const OPTIONS = exactly({ eps: maybe(number({ above: 0 })) });

/**
 * Penalty weights; `schedule` replaces lambda_S by the scheduled ramp. `eps` is the estimator's
 * bandwidth.
 */
export type JumpReluPenalties = {
  lambda_S: number;
  lambda_P: number;
  c: number;
  eps: number;
  schedule?: Tensor;
};

/** What the backward pass needs and where it writes; gradients are overwritten. */
export type JumpReluBackward = {
  z: Tensor;
  log_threshold: Tensor;
  norms: Tensor;
  /** Gradient of the latents; becomes the gradient of z. */
  grad: Tensor;
  grad_log_threshold: Tensor;
  grad_bias: Tensor;
  /**
   * [4, d_sae]: sparsity loss, pre-activation loss, share of the batch that fires and gradient of
   * the norm of each latent.
   */
  stats: Tensor;
};

/** acts = z · 1[z > exp(log_threshold)]: z and acts [batch, d_sae], log_threshold [d_sae]. */
export function jumpreluInto(acts: Tensor, z: Tensor, log_threshold: Tensor): void {
  expectTensors("apply jumprelu", {
    z: [z],
    acts: [acts, { shape: z.shape }],
    log_threshold: [log_threshold, { row: z.columns }],
  }, "take z and the thresholds of one crosscoder");
  for (const { piece, start } of rowChunks(z)) {
    launch(z.gpu, { name: "jumprelu", source, entry: "forward" }, {
      tensors: { z: piece, log_threshold, acts: rowSlice(acts, start, piece.rows) },
      params: params(piece, { lambda_S: 0, lambda_P: 0, c: 0, eps: 1 }, 1),
      invocations: [z.pitch / 4, piece.rows],
    });
  }
}

/**
 * Gradients of latents and penalties; the penalties are means over `batch` rows, `scale` = 1 /
 * batch.
 */
export function jumpreluBackwardInto(
  tensors: JumpReluBackward,
  penalties: JumpReluPenalties,
  scale = 1 / tensors.z.rows,
): void {
  const { z, grad, ...whole } = tensors;
  for (const { piece, start } of rowChunks(z, z.pitch, MOST_ITERATIONS)) {
    const kernel = {
      name: "jumprelu",
      source,
      entry: "backward",
      constants: { RAMP: penalties.schedule ? 1 : 0, ADD: start > 0 ? 1 : 0 },
    };
    const { schedule } = penalties;
    launch(z.gpu, kernel, {
      tensors: { z: piece, grad: rowSlice(grad, start, piece.rows), ...whole, schedule },
      params: params(piece, penalties, scale),
      invocations: z.pitch / 4,
    });
  }
}

/**
 * acts = z · 1[z > θ], θ = exp(log_threshold), with the straight-through gradient of bandwidth
 * `eps` for the thresholds (Rajamanoharan et al. 2024, arXiv 2407.14435, section 3). z [...,
 * d_sae], log_threshold [d_sae] → shaped like z. Throws on other shapes, and for a bandwidth that
 * is not above 0.
 */
export function jumprelu(z: Tensor, log_threshold: Tensor, options: { eps?: number } = {}): Tensor {
  const { eps = 2 } = expectForm("apply jumprelu", options, OPTIONS, "2 is the recipe's");
  expectTensors("apply jumprelu", { z: [z] });
  const acts = empty(z.gpu, z.shape);
  jumpreluInto(acts, z, log_threshold);
  return differentiable(acts, [z, log_threshold], {
    backward: (grad_acts) => {
      const { gpu } = z;
      const row = [z.columns];
      const norms = zeros(gpu, row),
        grad_bias = empty(gpu, row),
        stats = empty(gpu, [4, z.columns]);
      contributeAll([z, log_threshold], ([grad, grad_log_threshold]) => {
        copyInto(grad, grad_acts);
        const targets = { grad, grad_log_threshold, grad_bias, stats };
        jumpreluBackwardInto({ z, log_threshold, norms, ...targets }, UNPENALISED(eps));
      });
      for (const tensor of [norms, grad_bias, stats]) tensor.release();
    },
  });
}

const UNPENALISED = (eps: number) => ({ lambda_S: 0, lambda_P: 0, c: 0, eps });

function params(z: Tensor, { lambda_S, lambda_P, c, eps }: JumpReluPenalties, scale: number) {
  return { batch: z.rows, ld: z.pitch / 4, latents: z.columns, scale, lambda_S, lambda_P, c, eps };
}
