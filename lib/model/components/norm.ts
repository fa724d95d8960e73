/** Layer norm with its points. @module */
import { layerNorm, layerNormScale } from "../../tensor/ops/layer_norm.ts";
import { type Tensor, upload, zeros } from "../../tensor/tensor.ts";
import { look, type Pass } from "./pass.ts";

/** A norm's name among the hooks, and the names of its parameters. */
export type NormOptions = { name: string; w: string; b: string; eps: number };

/**
 * x [..., d_model] → w · (x − mean) / √(variance + eps) + b, and <name>.hook_scale,
 * <name>.hook_normalized before w and b.
 */
export function norm(pass: Pass, x: Tensor, { name, w, b, eps }: NormOptions): Tensor {
  const { gpu, columns } = x, { weight } = pass;
  look(
    pass,
    { name: `${name}.hook_scale`, axis: "scale" },
    () => ({ tensor: layerNormScale(x, { eps }) }),
  );
  look(pass, { name: `${name}.hook_normalized` }, () => {
    const one = upload(gpu, { shape: [columns], data: new Float32Array(columns).fill(1) });
    const zero = zeros(gpu, [columns]);
    return { tensor: layerNorm(x, one, zero, { eps }), of: [one, zero] };
  });
  return layerNorm(x, weight(w), weight(b), { eps });
}
