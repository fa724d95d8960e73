/** Root mean square norm over the last axis, with gradients. @module */
import source from "../../../kernels/rms_norm.wgsl" with { type: "text" };
import { exactly, expectForm, maybe, number } from "../../io/form.ts";
import { contributeAll, contributeParts, partsOfGradient } from "../contribute.ts";
import { expectTensors } from "../expect.ts";
import { launch } from "../launch.ts";
import { differentiable, withoutGradient } from "../tape.ts";
import { empty, type Tensor } from "../tensor.ts";
import { rowChunks, rowSlice } from "../views.ts";
import { normGroup, rowGroupKernel } from "./row_group.ts";

const OPTIONS = exactly({ eps: maybe(number({ least: 0 })) });

type Work = { eps: number; tensors: Record<string, Tensor>; whole?: Record<string, Tensor> };

/**
 * x / √(mean(x²) + eps) · weight (Zhang and Sennrich, arXiv 1910.07467, eq. 4): x [..., d], weight
 * [d] → [..., d]. Throws where weight does not have the width of x.
 */
export function rmsNorm(x: Tensor, weight: Tensor, options: { eps?: number } = {}): Tensor {
  const action = "apply RMS norm";
  const { eps = 1e-6 } = expectForm(action, options, OPTIONS);
  expectTensors(action, { x: [x] });
  const row = x.columns;
  expectTensors(action, { x: [x], weight: [weight, { row }] }, "pass the weight of this width");
  const y = empty(x.gpu, x.shape), stats = empty(x.gpu, [1, x.rows]);
  run("forward", x, { eps, tensors: { y }, whole: { weight, stats } });
  return differentiable(y, [x, weight], {
    saved: [stats],
    backward: (grad_y) => backward({ x, weight, stats, grad_y }),
  });
}

/**
 * √(mean(x²) + eps) of every row: x [..., d] → [..., 1], TransformerLens' hook_scale. Has no
 * gradient.
 */
export function rmsNormScale(x: Tensor, options: { eps?: number } = {}): Tensor {
  const action = "compute the scale of an RMS norm";
  const { eps = 1e-6 } = expectForm(action, options, OPTIONS);
  expectTensors(action, { x: [x] });
  const out = empty(x.gpu, [...x.shape.slice(0, -1), 1]);
  run("scale", x, { eps, tensors: {}, whole: { out } });
  return withoutGradient("rmsNormScale", out, [x]);
}

/** The weight's gradient is a sum over parts of ROWS rows, then over parts. */
function backward(
  { x, weight, stats, grad_y }: Record<"x" | "weight" | "stats" | "grad_y", Tensor>,
): void {
  const part_weight = partsOfGradient(
    weight,
    Math.ceil(x.rows / normGroup(x.gpu, "backward").ROWS),
  );
  const whole = { weight, stats, part_weight };
  contributeAll([x], ([grad_x], [accumulate]) => {
    run("backward", x, { eps: 0, tensors: { grad_y, grad_x }, whole }, accumulate);
  }, { kernel: "either", always: true });
  contributeParts(weight, part_weight);
}

/** One entry point over all rows of x; `tensors` are cut like x, `whole` ones are not. */
function run(
  entry: "forward" | "scale" | "backward",
  x: Tensor,
  { eps, tensors, whole = {} }: Work,
  accumulate = false,
): void {
  const { gpu } = x;
  const ld = x.pitch / 4;
  const { WG, LANES, ROWS } = normGroup(gpu, entry, ld);
  // The scale keeps nothing in registers; the text of the other entries grows with what they keep.
  const KEEP = entry === "scale" ? 1 : Math.ceil(ld / LANES);
  const kernel = rowGroupKernel(gpu, {
    name: "rms_norm",
    source,
    entry,
    constants: { WG, ADD: accumulate ? 1 : 0, ROWS, KEEP },
  });
  for (const { piece, start } of rowChunks(x)) {
    const { rows } = piece;
    const cut = Object.entries(tensors).map(([name, t]) => [name, rowSlice(t, start, rows)]);
    launch(gpu, kernel, {
      tensors: { x: piece, ...Object.fromEntries(cut), ...whole },
      params: { rows, columns: x.columns, ld, first: start, eps },
      workgroups: Math.ceil(rows / ROWS / (WG / LANES)),
    });
  }
}
