/** One neuron on one token: what each active feature brings to it, and the rest. @module */

/**
 * a [n]: contributions f_i ⟨w_in,k, d_i⟩ of the active features; c: all else of the pre-activation
 * (bias, the decoder's bias, the error node), so that z = c + Σ a.
 */
export type Neuron = { a: ArrayLike<number>; c: number };

/** z = c + Σ a. */
export function preActivation({ a, c }: Neuron): number {
  let z = c;
  for (let i = 0; i < a.length; i++) z += a[i];
  return z;
}

/** Indices of contributions, the largest |a| first, of equal ones the earlier. */
export function bySize(a: ArrayLike<number>): number[] {
  return Array.from(a, (_, i) => i).sort((i, j) => Math.abs(a[j]) - Math.abs(a[i]) || i - j);
}

/** The pairs i < j of n players, by i, then j: the order of every list of pair values here. */
export function pairsOf(n: number): [number, number][] {
  const pairs: [number, number][] = [];
  for (let i = 0; i < n; i++) for (let j = i + 1; j < n; j++) pairs.push([i, j]);
  return pairs;
}
