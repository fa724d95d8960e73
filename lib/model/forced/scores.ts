/**
 * What logits say of an answer, in float64.
 *
 * ```ts
 * import { assertAlmostEquals, assertEquals } from "@std/assert";
 * import { logOdds, matched } from "./scores.ts";
 * const even = Float32Array.of(0, 0, Math.log(2)); // probabilities 1/4, 1/4, 1/2
 * assertAlmostEquals(logOdds(even, 2), 0, 1e-7);
 * assertEquals(matched([even, even], [2, 0]), 1);
 * ```
 * @module
 */

/** log Σ exp of logits; `but` is left out. Plain loops: a vocabulary is long, and there are many rows. */
function logSum(logits: Float32Array, but = -1): number {
  let most = -Infinity, sum = 0;
  for (let id = 0; id < logits.length; id++) if (id !== but && logits[id] > most) most = logits[id];
  for (let id = 0; id < logits.length; id++) if (id !== but) sum += Math.exp(logits[id] - most);
  return most + Math.log(sum);
}

/**
 * log p − log (1 − p) of a token. Unlike log p it does not saturate where the token is nearly sure.
 */
export function logOdds(logits: Float32Array, token: number): number {
  return logits[token] - logSum(logits, token);
}

/** −log p of a token, in nats. */
export function surprise(logits: Float32Array, token: number): number {
  return logSum(logits) - logits[token];
}

/** Mean cross-entropy of an answer, nats a token; logits [tokens of the answer][d_vocab]. */
export function answerLoss(logits: readonly Float32Array[], answer: ArrayLike<number>): number {
  return logits.reduce((sum, row, r) => sum + surprise(row, answer[r]), 0) / logits.length;
}

/** KL(reference ‖ found) of two next-token distributions, in nats. */
export function divergence(reference: Float32Array, found: Float32Array): number {
  return divergenceFrom(reference)(found);
}

/** The same from one reference to many: what it takes of the reference alone is worked out once. */
function divergenceFrom(reference: Float32Array): (found: Float32Array) => number {
  const a = logSum(reference), d_vocab = reference.length;
  const log_p = new Float64Array(d_vocab), p = new Float64Array(d_vocab);
  for (let id = 0; id < d_vocab; id++) p[id] = Math.exp(log_p[id] = reference[id] - a);
  return (found) => {
    const b = logSum(found);
    let sum = 0;
    for (let id = 0; id < d_vocab; id++) sum += p[id] * (log_p[id] - (found[id] - b));
    return sum;
  };
}

/** The same from some of many references, by their places. */
export function divergencesFrom(
  references: readonly Float32Array[],
): (place: number, found: Float32Array) => number {
  const known = new Map<number, ReturnType<typeof divergenceFrom>>();
  return (place, found) => {
    const from = known.get(place) ?? divergenceFrom(references[place]);
    known.set(place, from);
    return from(found);
  };
}

/** How many tokens of an answer come greedily, from the first one on; the lowest id among equals. */
export function matched(rows: readonly Float32Array[], answer: ArrayLike<number>): number {
  const miss = rows.findIndex((logits, r) => likeliest(logits) !== answer[r]);
  return miss < 0 ? rows.length : miss;
}

function likeliest(logits: Float32Array): number {
  let best = 0;
  for (let id = 1; id < logits.length; id++) if (logits[id] > logits[best]) best = id;
  return best;
}
