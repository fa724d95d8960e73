/** Layer norm and the scale of the scores folded into the weights of heads, in float64. @module */
import type { HostArray } from "../../io/host_array.ts";
import { transposed } from "../arrays.ts";

/** The arrays of `Heads`. */
export type HeadArrays = Record<
  "W_Q" | "W_K" | "W_V" | "W_O" | "b_Q" | "b_K" | "b_V" | "b_O",
  HostArray
>;

/**
 * Q, K, V between d_model and `width` values, O back; `outFirst`: as torch.nn.Linear keeps them,
 * [out, in]. The heads read w ∘ x + b where `norm` is given.
 */
export type Unfolded = Record<"Q" | "K" | "V" | "O", Float32Array> & {
  d_model: number;
  width: number;
  outFirst: boolean;
  norm?: { w: Float32Array; b: Float32Array };
  scale?: number;
} & Partial<Record<"b_Q" | "b_K" | "b_V" | "b_O", Float32Array>>;

/** x W_Q + b_Q is the query of a row x of the site, times `scale`; biases are 0 by default. */
export function foldHeads(given: Unfolded): HeadArrays {
  const { d_model, width, outFirst, norm, scale = 1, Q, K, V, O, b_O } = given;
  const project = (M: Float32Array, bias?: Float32Array, factor = 1) => {
    const W = new Float32Array(d_model * width);
    const b = Float64Array.from({ length: width }, (_, c) => factor * (bias?.[c] ?? 0));
    for (let r = 0; r < d_model; r++) {
      for (let c = 0; c < width; c++) {
        const value = factor * M[outFirst ? c * d_model + r : r * width + c];
        W[r * width + c] = value * (norm?.w[r] ?? 1);
        b[c] += value * (norm?.b[r] ?? 0);
      }
    }
    return [
      { shape: [d_model, width], data: W },
      { shape: [width], data: Float32Array.from(b) },
    ];
  };
  const [[W_Q, b_Q], [W_K, b_K], [W_V, b_V]] = [
    project(Q, given.b_Q, scale),
    project(K, given.b_K),
    project(V, given.b_V),
  ];
  return {
    W_Q,
    W_K,
    W_V,
    W_O: { shape: [width, d_model], data: outFirst ? transposed(O, d_model, width) : O },
    b_Q,
    b_K,
    b_V,
    b_O: { shape: [d_model], data: b_O ?? new Float32Array(d_model) },
  };
}
