/** JumpReLU on the device, alone and with the sparsity penalties of crosscoder training. @module */
import source from "../../../kernels/jumprelu.wgsl" with { type: "text" };
import { exactly, expectForm, maybe, number } from "../../io/form.ts";
import { contributeAll } from "../contribute.ts";
import { differentiable } from "../tape.ts";
import { expectTensors } from "../expect.ts";
import { launch } from "../launch.ts";
import { columnSumsInto, rowsOfPart } from "./column_sums.ts";
import { copyInto } from "./elementwise.ts";
import { empty, type Tensor } from "../tensor.ts";
import { rowChunks, rowSlice } from "../views.ts";

const OPTIONS = exactly({ eps: maybe(number({ above: 0 })) });

/**
 * Penalty weights; `schedule` replaces lambda_S by the scheduled ramp. `eps` is the estimator's
 * bandwidth. The penalty is λ_S tanh(c f n), with `linear` λ_S c f n, and with `target_L0`
 * λ_S (L0 / target_L0 − 1)², of the thresholds alone.
 */
export type JumpReluPenalties = {
  linear?: boolean;
  target_L0?: number;
  lambda_S: number;
  lambda_P: number;
  c: number;
  eps: number;
  schedule?: Tensor;
};

/** What the backward pass needs and where it writes. */
export type JumpReluBackward = {
  z: Tensor;
  log_threshold: Tensor;
  /** Gradient of the latents; becomes the gradient of z. */
  grad: Tensor;
  /** [d_sae]: decoder norms, where the penalty counts them. */
  norms?: Tensor;
  /** u32 [batch]: latents of a row that fire, where the penalty counts these. */
  counts?: Tensor;
  /** [parts, ·]: sums over parts of the rows, see kernels/jumprelu.wgsl. */
  sums: Tensor;
};

/** Rows of a part; parts before the first one of z, and values before those to write in each row of `sums`. */
type Parts = { part: number; first?: number; before?: number };

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
      params: {
        batch: piece.rows,
        ld: z.pitch / 4,
        latents: z.columns,
        ...NO_PARTS,
        ...UNPENALISED,
      },
      invocations: [z.pitch / 4, piece.rows],
    });
  }
}

/**
 * Gradients of latents and penalties, z in one binding; the penalties are means over 1 / `scale` rows.
 */
export function penalisedBackwardInto(
  tensors: JumpReluBackward,
  { schedule, linear, lambda_S, lambda_P, c, eps, target_L0 = 0 }: JumpReluPenalties,
  parts: Parts & { scale: number },
): void {
  const constants = {
    ...{ PENALISED: 1, LINEAR: linear ? 1 : 0, STEP: target_L0 > 0 ? 1 : 0 },
    RAMP: schedule ? 1 : 0,
  };
  const numbers = { lambda_S, lambda_P, c, eps, target_L0 };
  backward({ ...tensors, schedule }, constants, { ...parts, ...numbers });
}

function backward(
  { z, sums, ...tensors }: JumpReluBackward & { schedule?: Tensor },
  constants: Record<string, number>,
  { part, first = 0, before = 0, ...numbers }: Parts & typeof UNPENALISED,
): void {
  const { gpu } = z, ld = z.pitch / 4, ROWS = gpu.isCpu ? 1 : 4;
  const kernel = { name: "jumprelu", source, entry: "backward", constants: { ...constants, ROWS } };
  launch(gpu, kernel, {
    tensors: { z, sums, ...tensors },
    params: {
      batch: z.rows,
      ld,
      latents: z.columns,
      part,
      first,
      before: before / 4,
      ld_sums: sums.pitch / 4,
      ...numbers,
    },
    invocations: Math.ceil(z.rows / part) * ld,
  });
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
      const part = rowsOfPart(z.rows);
      const sums = empty(z.gpu, [Math.ceil(z.rows / part), z.columns]);
      contributeAll([z, log_threshold], ([grad, grad_log_threshold]) => {
        copyInto(grad, grad_acts);
        for (const { piece, start } of rowChunks(z)) {
          const given = { z: piece, grad: rowSlice(grad, start, piece.rows), log_threshold, sums };
          backward(given, { PENALISED: 0 }, { part, first: start / part, ...UNPENALISED, eps });
        }
        columnSumsInto(grad_log_threshold, sums);
      });
      sums.release();
    },
  });
}

const UNPENALISED = { scale: 1, lambda_S: 0, lambda_P: 0, c: 0, eps: 1, target_L0: 0 };
const NO_PARTS = { part: 0, first: 0, before: 0, ld_sums: 0, stride: 0 };
