/**
 * Keys as players (derived here): taking a key out of a row leaves its attention to the others, so
 * that two keys interact where both are attended to and write different things.
 *
 * @module
 */
import { type AttentionRow, rowOutput } from "./edge_removal.ts";
import { diameter } from "./vectors.ts";

/** Two keys of a row. */
export type KeyPair = { k: number; other: number };

/**
 * The weights w [keys] with which I = y(all) − y(∖k) − y(∖k′) + y(∖k, k′) = Σ w v:
 * −A_k A_k′ / (1 − A_k′) for k, the same with k and k′ exchanged for k′, the opposite of both over
 * all others by their attention. They sum to 0. Throws where nothing but the two is attended to, as
 * in the first two rows of a causal pattern: then the row without both has no value.
 */
export function crossPositionWeights(
  A: ArrayLike<number>,
  { k, other }: KeyPair,
): Float64Array {
  let rest = 0;
  for (let n = 0; n < A.length; n++) if (n !== k && n !== other) rest += A[n];
  if (k === other || !(rest > 0)) {
    throw new RangeError(
      "Cannot take a cross-position interaction: expected two keys and attention beside them but " +
        `found keys ${k} and ${other} of ${A.length} and ${rest} of attention: skip such rows`,
    );
  }
  const both = A[k] * A[other];
  // 1 − A_k′ as a sum: it keeps its digits where A_k′ is nearly 1.
  const first = both / (rest + A[k]), second = both / (rest + A[other]);
  return Float64Array.from(A, (p, n) => {
    if (n === k) return -first;
    return n === other ? -second : (first + second) * p / rest;
  });
}

/**
 * I of two keys [d_model]: 0 where all keys write the same, and where a third has all the attention.
 * Where one of the two has it all, I does not vanish: without that key the others share the row.
 */
export function crossPosition({ A, v }: AttentionRow, keys: KeyPair): Float64Array {
  return rowOutput({ A: crossPositionWeights(A, keys), v });
}

/** A_k A_k′ [1 / (1 − A_k) + 1 / (1 − A_k′)] diam{v} ≥ ‖I‖. */
export function crossPositionBound({ A, v }: AttentionRow, { k, other }: KeyPair): number {
  return A[k] * A[other] * (1 / (1 - A[k]) + 1 / (1 - A[other])) * diameter(v);
}

/** Σ_{k ≠ k′} A_k A_k′ = 1 − Σ A²: 0 where one key has it all, towards 1 the more share it. */
export function participation(A: ArrayLike<number>): number {
  let one = 0;
  for (let k = 0; k < A.length; k++) one += A[k] ** 2;
  return 1 - one;
}
