/**
 * Two latents taken out of the residual stream before an MLP: with layer norm computed anew at each of
 * the four points, and with its scale frozen at what it is with both.
 * @module
 */
import { fourPointVector } from "../formulas/four_points.ts";
import { normalised } from "../formulas/layer_norm.ts";
import { nonlinearity } from "../formulas/nonlinearity.ts";
import { dot, norm } from "../formulas/vectors.ts";
import type { Mlp } from "../players/mlp.ts";

/** ‖v_ij‖ with layer norm computed anew and frozen, and the norm of their difference. */
export type FrozenNorm = { recomputed: number; frozen: number; difference: number };

/** x [d_model] the residual stream at resid_mid, u = f_i d_i and v = f_j d_j there. */
export function frozenNorm(
  mlp: Mlp,
  { x, u, v }: Record<"x" | "u" | "v", ArrayLike<number>>,
): FrozenNorm {
  const centre = (y: ArrayLike<number>) => {
    const mean = Array.from(y).reduce((sum, value) => sum + value, 0) / y.length;
    return Float64Array.from(y, (value) => value - mean);
  };
  const scale = Math.sqrt(x.length) / norm(centre(x));
  const found = [
    normalised,
    (y: ArrayLike<number>) => centre(y).map((value) => value * scale),
  ].map((layerNorm) => {
    const at = (first: number, second: number) =>
      outputOf(
        mlp,
        layerNorm(Float64Array.from(x, (value, m) => value - first * u[m] - second * v[m])),
      );
    return fourPointVector({
      both: at(0, 0),
      withoutI: at(1, 0),
      withoutJ: at(0, 1),
      neither: at(1, 1),
    });
  });
  const [recomputed, frozen] = found;
  return {
    recomputed: norm(recomputed),
    frozen: norm(frozen),
    difference: norm(recomputed.map((value, m) => value - frozen[m])),
  };
}

/** Σ_k φ(⟨w_in,k, x⟩ + b_k) w_out,k of x after layer norm. */
function outputOf({ activation, W_in, b_in, W_out }: Mlp, x: Float64Array): Float64Array {
  const phi = nonlinearity(activation), d_model = x.length, out = new Float64Array(d_model);
  for (let k = 0; k < b_in.data.length; k++) {
    const row = (data: Float32Array) => data.subarray(k * d_model, (k + 1) * d_model);
    const h = phi.value(dot(row(W_in.data), x) + b_in.data[k]), write = row(W_out.data);
    for (let m = 0; m < d_model; m++) out[m] += h * write[m];
  }
  return out;
}
