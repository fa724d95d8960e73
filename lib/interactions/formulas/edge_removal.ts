/**
 * What one attention row writes when scores change: y = Σ_k A_k v_k with v_k = x_k W_V W_O.
 *
 * @module
 */
import { diameter, minus, mix, norm } from "./vectors.ts";

/** One row of a pattern: A [keys], sums to 1; v [keys][d_model], what each key would write. */
export type AttentionRow = { A: ArrayLike<number>; v: readonly ArrayLike<number>[] };

/** y = Σ_k A_k v_k. */
export function rowOutput({ A, v }: AttentionRow): Float64Array {
  return mix(A, v);
}

/** A score term `gamma` = f_i(q) f_j(k) Ω_ij of the key k of a row. */
export type Edge = { k: number; gamma: number };

/**
 * y − y′ when the score of key k loses gamma (derived here):
 * (A_k − σ(logit A_k − gamma)) (v_k − y) / (1 − A_k), written so that A_k = 1 needs no limit.
 */
export function edgeRemoval(row: AttentionRow, { k, gamma }: Edge): Float64Array {
  const share = edgeShare(row.A[k], gamma);
  return minus(row.v[k], rowOutput(row)).map((x) => share * x);
}

/** σ(logit A − gamma): what is left of a key's attention without gamma in its score. */
export function attentionWithout(A: number, gamma: number): number {
  return A - edgeShare(A, gamma) * (1 - A);
}

/** (A − A′) / (1 − A) = A (1 − e^−gamma) / (1 − A + A e^−gamma), of gamma of any size. */
function edgeShare(A: number, gamma: number): number {
  const small = Math.exp(-Math.abs(gamma));
  return gamma >= 0
    ? A * (1 - small) / (1 - A + A * small)
    : A * (small - 1) / ((1 - A) * small + A);
}

/** A_k gamma (v_k − y): the same for small gamma (Feature-Resolved Attention, chainik1125/fra). */
export function edgeFirstOrder(row: AttentionRow, { k, gamma }: Edge): Float64Array {
  return minus(row.v[k], rowOutput(row)).map((x) => row.A[k] * gamma * x);
}

/** A_k |gamma| ‖v_k − y‖: one summand of X_ij, which adds over edges. */
export function edgeStrength(row: AttentionRow, edge: Edge): number {
  return norm(edgeFirstOrder(row, edge));
}

/**
 * The pattern when every key k loses delta [keys] from its score, as when a pair of features goes
 * from a whole row: A′ ∝ A exp(−delta).
 */
export function rowWithout(A: ArrayLike<number>, delta: ArrayLike<number>): Float64Array {
  let least = Infinity;
  for (let k = 0; k < A.length; k++) if (A[k] > 0) least = Math.min(least, delta[k]);
  const masses = Float64Array.from(A, (p, k) => p > 0 ? p * Math.exp(least - delta[k]) : 0);
  const total = masses.reduce((sum, mass) => sum + mass, 0);
  return masses.map((mass) => mass / total);
}

/** y − y′ for it. */
export function rowRemoval({ A, v }: AttentionRow, delta: ArrayLike<number>): Float64Array {
  return mix(minus(A, rowWithout(A, delta)), v);
}

/** ½ Σ |A − B|: total variation. */
export function totalVariation(A: ArrayLike<number>, B: ArrayLike<number>): number {
  return minus(A, B).reduce((sum, x) => sum + Math.abs(x) / 2, 0);
}

/**
 * tanh(range(delta) / 4) ≥ TV(A, A′), whatever the pattern (derived here); two keys whose scores
 * change from +range / 2 to −range / 2 reach it.
 */
export function variationBound(delta: ArrayLike<number>): number {
  let lo = Infinity, hi = -Infinity;
  for (let k = 0; k < delta.length; k++) {
    lo = Math.min(lo, delta[k]);
    hi = Math.max(hi, delta[k]);
  }
  return Math.tanh((hi - lo) / 4);
}

/** tanh(range / 4) diam{v} ≥ ‖y − y′‖, the form for proofs. */
export function rowRemovalBound({ v }: Pick<AttentionRow, "v">, delta: ArrayLike<number>): number {
  return variationBound(delta) * diameter(v);
}
