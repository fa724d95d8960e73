/**
 * Upper bounds of |E| from pairs and single contributions (derived here). Times ‖w_out,k‖ and summed
 * over neurons each bounds the norm of an MLP's interaction residual. In order of tightness:
 *
 *   |E| ≤ Σ |telescoping| ≤ osc Σ_{j ≠ i*} |a_j| ≤ osc Σ_{i<j} min(|a_i|, |a_j|),   |E| ≤ Σ |STI|
 *
 * @module
 */
import { signedMass } from "./excess.ts";
import { oscBound } from "./mixed_difference.ts";
import { type Neuron, pairsOf } from "./neuron.ts";
import type { Nonlinearity } from "./nonlinearity.ts";

/** Σ of sizes: a bound wherever the signed terms sum to the excess. */
export function sumOfSizes(terms: Iterable<number>): number {
  let sum = 0;
  for (const term of terms) sum += Math.abs(term);
  return sum;
}

/**
 * osc Σ_{i<j} min(|a_i|, |a_j|); 0 for a ReLU whose kink no subset of the features can reach
 * (c − N⁻ < 0 < c + P⁺ fails). A kink tested in one context alone would be no bound, and for smooth
 * nonlinearities there is no kink to test.
 */
export function minBound(phi: Nonlinearity, { a, c }: Neuron): number {
  if (phi.name === "relu" && !kinkInReach({ a, c })) return 0;
  return pairsOf(a.length).reduce((sum, [i, j]) => sum + oscBound(phi, { a: a[i], b: a[j] }), 0);
}

/** c − N⁻ < 0 < c + P⁺: some subset of the features moves the neuron over 0. */
export function kinkInReach({ a, c }: Neuron): boolean {
  const { up, down } = signedMass(a);
  return c - down < 0 && c + up > 0;
}
