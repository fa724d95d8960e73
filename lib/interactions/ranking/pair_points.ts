/**
 * The four points of a pair at one token: what the MLP writes with both latents, with either one
 * removed, and with neither (derived here).
 *
 * They are shown along the direction of what the pair adds, v = out(both) − out(without j) − out(without
 * i) + out(neither), from out(neither) on; there both = i alone + j alone + ‖v‖.
 *
 * @module
 */
import { nonlinearity } from "../formulas/nonlinearity.ts";
import { dot, mix, norm } from "../formulas/vectors.ts";
import type { Mlp } from "../players/mlp.ts";
import type { PairToken } from "./signs.ts";

/** `norm` of the MLP's output; `along` the direction of v, from `neither` on. */
export type Point = { norm: number; along: number };

/** By which latents are there. */
export type PairPoints = Record<"both" | "onlyI" | "onlyJ" | "neither", Point>;

/** a: contributions of i, b: of j. */
export function pairPoints(
  { activation, W_out, b_out }: Pick<Mlp, "activation" | "W_out" | "b_out">,
  { a, b, z }: PairToken,
): PairPoints {
  const phi = nonlinearity(activation), [d_mlp, d_model] = W_out.shape;
  const rows = Array.from(
    { length: d_mlp },
    (_, k) => W_out.data.subarray(k * d_model, (k + 1) * d_model),
  );
  const out = (removed: (k: number) => number) => {
    const h = Float64Array.from(rows, (_, k) => phi.value(z[k] - removed(k)));
    return mix(h, rows).map((value, n) => value + b_out.data[n]);
  };
  const outputs = {
    both: out(() => 0),
    onlyI: out((k) => b[k]),
    onlyJ: out((k) => a[k]),
    neither: out((k) => a[k] + b[k]),
  };
  const { both, onlyI, onlyJ, neither } = outputs;
  const v = both.map((value, n) => value - onlyI[n] - onlyJ[n] + neither[n]), length = norm(v);
  const point = (output: Float64Array): Point => ({
    norm: norm(output),
    along: length > 0 ? (dot(output, v) - dot(neither, v)) / length : 0,
  });
  return {
    both: point(both),
    onlyI: point(onlyI),
    onlyJ: point(onlyJ),
    neither: point(neither),
  };
}
