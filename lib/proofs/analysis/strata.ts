/**
 * Importance sampling of sequences, for K where v^K cannot be enumerated: few sequences have a
 * small maximum or many copies of it, and those are the hard ones, so every kind of sequence is
 * drawn equally often and weighted by its number.
 *
 * A stratum is (m, q, n, L): the maximum, the query token, how many of the other K - 1 tokens are
 * below the maximum, and the largest of those. A draw takes n - 1 tokens uniformly from 0 .. L,
 * adds one L and shuffles; a sequence with j copies of L is so drawn in proportion to j, and its
 * weight C(K-1, n) n (L+1)^(n-1) / (j draws v^K) makes up for that. (The published code leaves the
 * j out, which is biased.)
 * @module
 */
import type { Random } from "../../numerics/random.ts";

/**
 * Sequences with their weights: Σ weight · f(sequence) over all batches estimates the mean of f
 * over all v^K.
 */
export interface WeightedSequences {
  /** [count, K] */
  tokens: Uint32Array;
  /** [count] */
  weights: Float64Array;
  /**
   * Where strata begin, with the end of the last one: sums of one stratum vary independently of the
   * others.
   */
  starts: Uint32Array;
}

/**
 * All strata in batches of about `batch` sequences that hold whole strata; `draws` in each, one
 * where it has no others.
 */
export function* stratifiedSequences(
  { v, K, draws }: { v: number; K: number; draws: number },
  random: Random,
  batch = 1 << 16,
): Generator<WeightedSequences> {
  const F = K - 1;
  const choices = binomialRow(F);
  const room = batch + draws;
  let tokens = new Uint32Array(room * K), weights = new Float64Array(room);
  let starts = [0], count = 0;
  const take = () => {
    const taken = {
      tokens: tokens.subarray(0, count * K),
      weights: weights.subarray(0, count),
      starts: Uint32Array.from(starts),
    };
    [tokens, weights] = [new Uint32Array(room * K), new Float64Array(room)];
    [starts, count] = [[0], 0];
    return taken;
  };
  const free = new Uint32Array(F);
  for (let m = 0; m < v; m++) {
    for (let q = 0; q <= m; q++) {
      for (let n = 0; n <= (q < m ? F - 1 : F); n++) {
        for (let L = 0; L < (n === 0 ? 1 : m); L++) {
          const times = n === 0 ? 1 : draws;
          for (let draw = 0; draw < times; draw++) {
            const copies = fill(free, { m, n, L }, random);
            random.shuffle(free);
            tokens.set(free, count * K);
            tokens[count * K + F] = q;
            // v^K beyond the range of doubles is for models that nobody has.
            const size = n === 0 ? 1 : choices[n] * n * (L + 1) ** (n - 1) / copies;
            weights[count++] = size / (times * v ** K);
          }
          starts.push(count);
          if (count >= batch) yield take();
        }
      }
    }
  }
  if (count > 0) yield take();
}

/** n tokens of 0 .. L, at least one of them L, then copies of m; returns how many are L. */
function fill(
  free: Uint32Array,
  { m, n, L }: { m: number; n: number; L: number },
  random: Random,
): number {
  free.fill(m);
  let copies = 0;
  for (let i = 0; i < n; i++) {
    free[i] = i === 0 ? L : random.int(L + 1);
    if (free[i] === L) copies++;
  }
  return copies;
}

function binomialRow(n: number): number[] {
  const row = [1];
  for (let k = 1; k <= n; k++) row.push(row[k - 1] * (n - k + 1) / k);
  return row;
}
