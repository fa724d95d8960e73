/** Layer norm and RMS norm with their points. @module */
import { layerNorm, layerNormScale } from "../../tensor/ops/layer_norm.ts";
import { rmsNorm, rmsNormScale } from "../../tensor/ops/rms_norm.ts";
import { type Tensor, upload, zeros } from "../../tensor/tensor.ts";
import { look, type Pass } from "./pass.ts";

/** A norm's name among the hooks, and the names of its parameters; RMS norm has no `b`. */
export type NormOptions = { name: string; w: string; b?: string; eps: number };

/**
 * x [..., d_model] → w · (x − mean) / √(variance + eps) + b, without b w · x / √(mean(x²) + eps), and
 * <name>.hook_scale, <name>.hook_normalized before w and b.
 */
export function norm(pass: Pass, x: Tensor, { name, w, b, eps }: NormOptions): Tensor {
  const { gpu, columns } = x, { weight } = pass;
  const scaleOf = b === undefined ? rmsNormScale : layerNormScale;
  look(
    pass,
    { name: `${name}.hook_scale`, axis: "scale" },
    () => ({ tensor: scaleOf(x, { eps }) }),
  );
  look(pass, { name: `${name}.hook_normalized` }, () => {
    const one = upload(gpu, { shape: [columns], data: new Float32Array(columns).fill(1) });
    if (b === undefined) return { tensor: rmsNorm(x, one, { eps }), of: [one] };
    const zero = zeros(gpu, [columns]);
    return { tensor: layerNorm(x, one, zero, { eps }), of: [one, zero] };
  });
  if (b === undefined) return rmsNorm(x, weight(w), { eps });
  return layerNorm(x, weight(w), weight(b), { eps });
}
