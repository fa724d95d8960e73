/**
 * The metric of the compact-proofs papers: one feature dominates a neuron, all others disturb it
 * (Manning-Coe et al. 2026, arXiv 2606.09940).
 *
 * @module
 */
import { fewHotRemainder } from "./excess.ts";
import type { Nonlinearity } from "./nonlinearity.ts";

/** The index of the largest |a|, the first of equal ones; undefined without contributions. */
export function dominantFeature(a: ArrayLike<number>): number | undefined {
  let best: number | undefined;
  for (let i = 0; i < a.length; i++) {
    if (best === undefined || Math.abs(a[i]) > Math.abs(a[best])) best = i;
  }
  return best;
}

/** max |a| / Σ |a|; NaN where all are 0. */
export function dominantShare(a: ArrayLike<number>): number {
  let sum = 0, most = 0;
  for (let i = 0; i < a.length; i++) {
    sum += Math.abs(a[i]);
    most = Math.max(most, Math.abs(a[i]));
  }
  return most / sum;
}

/** Σ |a| − max |a|: what the papers penalise, per neuron, without ‖w_out‖. */
export function dominantRest(a: ArrayLike<number>): number {
  return fewHotRemainder(a, 1);
}

/**
 * osc(phi') Σ_{j ≠ i*} |a_j| ≥ |E| (derived here). The papers' own has 1 for osc, which is ReLU's
 * and too little for GELU.
 */
export function dominantBound({ osc }: Nonlinearity, a: ArrayLike<number>): number {
  return osc * dominantRest(a);
}

/** max |phi'| Σ_{j ≠ i*} |a_j| ≥ |phi(z) − phi(c + a_i*)| (derived here). */
export function dominantLipschitzBound({ steepest }: Nonlinearity, a: ArrayLike<number>): number {
  return steepest * dominantRest(a);
}
