/**
 * λ_S (L0 / target_L0 − 1)², the mean over the batch, L0 the number of latents of a row above their
 * thresholds: pulls L0 to a target and moves thresholds alone, by a step with a straight-through
 * estimator of bandwidth `eps` (Rajamanoharan et al. 2024, arXiv 2407.14435, appendix on training
 * to a fixed sparsity; Gemma Scope 2). For a JumpReLU.
 * @module
 */
import { type Form, number } from "../../io/form.ts";
import { add, multiply, scale } from "../../tensor/ops/arithmetic.ts";
import { matmul } from "../../tensor/ops/matmul/matmul.ts";
import { sum } from "../../tensor/ops/sum.ts";
import { step } from "../../tensor/ops/step.ts";
import { upload } from "../../tensor/tensor.ts";
import { type Loss, SPARSITY } from "./loss.ts";

const settings: typeof SPARSITY & { target_L0: Form<number>; eps: Form<number> } = {
  ...SPARSITY,
  target_L0: number({ above: 0 }),
  eps: number({ above: 0 }),
};

export const l0_step: Loss<typeof settings> = {
  name: "sparsity",
  settings,
  compute: ({ z, tensors: { log_threshold }, lambda_S }, { target_L0, eps }) => {
    const { gpu, rows, columns } = z;
    const ones = upload(gpu, { shape: [columns, 1], data: new Float32Array(columns).fill(1) });
    const L0 = matmul(step(z, log_threshold, { eps }), ones);
    const minus = upload(gpu, { shape: [1], data: Float32Array.of(-1) });
    const off = add(scale(L0, 1 / target_L0), minus);
    return multiply(sum(off, { squares: true, factor: 1 / rows }), lambda_S);
  },
};
