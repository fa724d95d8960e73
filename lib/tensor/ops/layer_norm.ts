/** Layer norm over the last axis, with gradients. @module */
import layerNormSource from "../../../kernels/layer_norm.wgsl" with { type: "text" };
import { exactly, expectForm, maybe, number } from "../../io/form.ts";
import { expectTensors } from "../expect.ts";
import { launch } from "../launch.ts";
import { contributeAll, contributeParts, partsOfGradient } from "../contribute.ts";
import { differentiable, withoutGradient } from "../tape.ts";
import { empty, type Tensor } from "../tensor.ts";
import { rowChunks, rowSlice } from "../views.ts";
import { normGroup, rowGroupKernel } from "./row_group.ts";

const OPTIONS = exactly({ eps: maybe(number({ least: 0 })) });

type Work = { eps: number; tensors: Record<string, Tensor>; whole?: Record<string, Tensor> };

/**
 * (x − mean) / √(variance + eps) · weight + bias: x [..., d], weight and bias [d] → [..., d]. The
 * variance is the biased one, as in torch.nn.LayerNorm. Throws where weight or bias do not have the
 * width of x.
 */
export function layerNorm(
  x: Tensor,
  weight: Tensor,
  bias: Tensor,
  options: { eps?: number } = {},
): Tensor {
  const { eps = 1e-5 } = expectForm("apply layer norm", options, OPTIONS);
  expectTensors("apply layer norm", { x: [x] });
  const row = x.columns;
  expectTensors(
    "apply layer norm",
    { x: [x], weight: [weight, { row }], bias: [bias, { row }] },
    "pass the parameters of this width",
  );
  const y = empty(x.gpu, x.shape), stats = empty(x.gpu, [2, x.rows]);
  run("forward", x, { eps, tensors: { y }, whole: { weight, bias, stats } });
  return differentiable(y, [x, weight, bias], {
    saved: [stats],
    backward: (grad_y) => backward({ x, weight, bias, stats, grad_y }),
  });
}

/**
 * √(variance + eps) of every row: x [..., d] → [..., 1], TransformerLens' hook_scale. Has no
 * gradient.
 */
export function layerNormScale(x: Tensor, { eps = 1e-5 }: { eps?: number } = {}): Tensor {
  expectTensors("compute the scale of a layer norm", { x: [x] });
  const out = empty(x.gpu, [...x.shape.slice(0, -1), 1]);
  run("scale", x, { eps, tensors: {}, whole: { out } });
  return withoutGradient("layerNormScale", out, [x]);
}

/**
 * The parameters' gradients are sums over parts of ROWS rows, then over parts: independent of
 * scheduling.
 */
function backward(
  { x, weight, bias, stats, grad_y }: Record<"x" | "weight" | "bias" | "stats" | "grad_y", Tensor>,
): void {
  const parts = Math.ceil(x.rows / normGroup(x.gpu, "backward").ROWS);
  const part_weight = partsOfGradient(weight, parts), part_bias = partsOfGradient(bias, parts);
  const whole = { weight, stats, part_weight, part_bias };
  contributeAll([x], ([grad_x], [accumulate]) => {
    run("backward", x, { eps: 0, tensors: { grad_y, grad_x }, whole }, accumulate);
  }, { kernel: "either", always: true });
  contributeParts(weight, part_weight);
  contributeParts(bias, part_bias);
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
    name: "layer_norm",
    source: layerNormSource,
    entry,
    constants: { WG, ADD: accumulate ? 1 : 0, ROWS, KEEP },
  });
  for (const { piece, start } of rowChunks(x)) {
    const { rows } = piece;
    const cut = Object.entries(tensors).map(([name, t]) => [name, rowSlice(t, start, rows)]);
    launch(gpu, kernel, {
      tensors: { x: piece, ...Object.fromEntries(cut), ...whole },
      params: {
        rows,
        columns: x.columns,
        ld,
        first: start,
        stats_ld: Math.ceil(x.rows / 4) * 4,
        eps,
      },
      workgroups: Math.ceil(rows / ROWS / (WG / LANES)),
    });
  }
}
