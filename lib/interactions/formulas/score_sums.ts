/**
 * Sums of a pair's score terms over all causal edges k ≤ q of a sequence, from running sums over the
 * keys: f_i(q) f_j(k) |Ω_ij| separates into |Ω_ij| and acts.
 *
 * @module
 */

type Acts = readonly ArrayLike<number>[];

/** [features][features], query features down. */
export type PairSums = Float64Array[];

/** C_ij = Σ_{k ≤ q} f_i(q) f_j(k), f [pos][features]: times |Ω_ij| the sum of the sizes. */
export function coAttention(f: Acts): PairSums {
  return sumOverQueries(f, (_, key) => key.acts);
}

/** Σ (q − k) f_i(q) f_j(k) / C_ij: how far back a pair looks on average; NaN where it never meets. */
export function lookBack(f: Acts): PairSums {
  const count = coAttention(f);
  const far = sumOverQueries(
    f,
    (q, key) => key.acts.map((acts, j) => q * acts - key.positions[j]),
  );
  return far.map((row, i) => row.map((sum, j) => sum / count[i][j]));
}

/** C^A_ij = Σ_{k ≤ q} A_qk f_i(q) f_j(k), A [pos][pos]: what is attended to. */
export function attendedSum(f: Acts, A: Acts): PairSums {
  const features = f[0]?.length ?? 0;
  const sums = table(features);
  for (let q = 0; q < f.length; q++) {
    for (let k = 0; k <= q; k++) {
      for (let i = 0; i < features; i++) {
        for (let j = 0; j < features; j++) sums[i][j] += A[q][k] * f[q][i] * f[k][j];
      }
    }
  }
  return sums;
}

/** Σ_{k ≤ q} f_j(k) and Σ_{k ≤ q} k f_j(k). */
type KeySums = { acts: Float64Array; positions: Float64Array };

function sumOverQueries(f: Acts, weights: (q: number, keys: KeySums) => Float64Array): PairSums {
  const features = f[0]?.length ?? 0;
  const sums = table(features);
  const keys = { acts: new Float64Array(features), positions: new Float64Array(features) };
  for (let q = 0; q < f.length; q++) {
    for (let j = 0; j < features; j++) {
      keys.acts[j] += f[q][j];
      keys.positions[j] += q * f[q][j];
    }
    const weight = weights(q, keys);
    for (let i = 0; i < features; i++) {
      for (let j = 0; j < features; j++) sums[i][j] += f[q][i] * weight[j];
    }
  }
  return sums;
}

function table(features: number): PairSums {
  return Array.from({ length: features }, () => new Float64Array(features));
}
