/**
 * Bilinear MLPs, (W_l x) ⊙ (W_r x) W_p: their interactions are a matrix of the weights (Pearce et al.
 * 2024, arXiv 2410.08417).
 *
 * @module
 */
import { dot, mix } from "./vectors.ts";

/** W_l, W_r [d_mlp][d_model], W_p [d_mlp][d_model]. */
export type Bilinear = Record<"W_l" | "W_r" | "W_p", readonly ArrayLike<number>[]>;

/** The output at x [d_model]. */
export function bilinearOutput({ W_l, W_r, W_p }: Bilinear, x: ArrayLike<number>): Float64Array {
  return mix(W_l.map((row, m) => dot(row, x) * dot(W_r[m], x)), W_p);
}

/**
 * Q = ½ Σ_m (w_l,m ⊗ w_r,m + w_r,m ⊗ w_l,m) ⟨w_p,m, direction⟩ [d_model][d_model]: xᵀ Q x is the
 * output along `direction` [d_model].
 */
export function bilinearForm(
  { W_l, W_r, W_p }: Bilinear,
  direction: ArrayLike<number>,
): Float64Array[] {
  const d_model = direction.length;
  return Array.from(
    { length: d_model },
    (_, r) =>
      Float64Array.from({ length: d_model }, (_, s) =>
        W_l.reduce((sum, left, m) => {
          const both = left[r] * W_r[m][s] + left[s] * W_r[m][r];
          return sum + both / 2 * dot(W_p[m], direction);
        }, 0)),
  );
}

/**
 * 2 x_iᵀ Q x_j: the mixed difference of two features x_i = f_i d_i and x_j = f_j d_j, whatever else
 * is active.
 */
export function bilinearPair(
  Q: readonly ArrayLike<number>[],
  x_i: ArrayLike<number>,
  x_j: ArrayLike<number>,
): number {
  return 2 * dot(x_i, mix(x_j, Q));
}
