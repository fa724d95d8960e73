/**
 * Estimates of an accuracy: plain Monte Carlo stratified by the last token, and importance
 * sampling.
 *
 * The published importance sampling gives all draws of a stratum the same weight, although a
 * sequence with j copies of the stratum's largest token is drawn j times too often; both estimates
 * come from the same draws here.
 * @module
 */
import type { Random } from "../../numerics/random.ts";
import { stratifiedSequences } from "./strata.ts";
import { type PlainModel, rightAnswers } from "./plain_model.ts";

/** An accuracy: exact, or estimated with a standard error. */
export type Accuracy = {
  value: number;
  standardError: number;
  /**
   * v^K sequences enumerated: how many are right, and how many float32 left to exact arithmetic.
   */
  right?: number;
  undecided?: number;
};

/** An estimate of the accuracy by weighted draws. */
export type ImportanceSample = {
  draws: number;
  value: number;
  standardError: number;
  /** The same draws with the published weights, which prefer repeated tokens. */
  published: number;
};

/** `draws` sequences (at least one for each last token), their last tokens evenly spread. */
export function monteCarlo(model: PlainModel, draws: number, random: Random): Accuracy {
  const { v, K } = model;
  const isRight = rightAnswers(model);
  const each = Math.ceil(draws / v);
  const tokens = new Uint16Array(K);
  let value = 0, variance = 0;
  for (let q = 0; q < v; q++) {
    tokens[K - 1] = q;
    let right = 0;
    for (let n = 0; n < each; n++) {
      for (let i = 0; i < K - 1; i++) tokens[i] = random.int(v);
      if (isRight(tokens)) right++;
    }
    const share = right / each;
    value += share / v;
    // One success and one failure added, so that a query without errors keeps an uncertainty.
    const smooth = (right + 1) / (each + 2);
    variance += smooth * (1 - smooth) / each / v ** 2;
  }
  return { value, standardError: Math.sqrt(variance) };
}

/** `perStratum` draws in every stratum of strata.ts; a stratum of one sequence is drawn once. */
export function importanceSample(
  model: PlainModel,
  perStratum: number,
  random: Random,
): ImportanceSample {
  const { v, K } = model;
  const isRight = rightAnswers(model);
  let wrongShare = 0, published = 0, variance = 0, weights2 = 0, draws = 0;
  for (const batch of stratifiedSequences({ v, K, draws: perStratum }, random)) {
    draws += batch.weights.length;
    for (let stratum = 0; stratum + 1 < batch.starts.length; stratum++) {
      const first = batch.starts[stratum], count = batch.starts[stratum + 1] - first;
      const size = stratumSize(batch.tokens.subarray(first * K, (first + 1) * K), v);
      let squares = 0, right = 0;
      for (let i = first; i < first + count; i++) {
        if (isRight(batch.tokens.subarray(i * K, (i + 1) * K))) right++;
        else {
          wrongShare += batch.weights[i];
          squares += batch.weights[i] ** 2;
        }
      }
      published += size * right / count;
      if (count === 1) continue;
      variance += squares;
      weights2 += size ** 2 / count;
    }
  }
  const value = 1 - wrongShare;
  // Two draws that are both right show no variance: at least what the mean error rate would give
  // everywhere.
  const least = weights2 * wrongShare * value;
  return { draws, value, standardError: Math.sqrt(Math.max(variance, least)), published };
}

/** The share of all sequences that lies in the stratum of one of them. */
function stratumSize(tokens: Uint32Array, v: number): number {
  const F = tokens.length - 1;
  const m = tokens.reduce((a, b) => Math.max(a, b), 0);
  let n = 0, L = 0, choices = 1;
  for (let i = 0; i < F; i++) {
    if (tokens[i] === m) continue;
    choices = choices * (F - n) / (n + 1);
    n++;
    L = Math.max(L, tokens[i]);
  }
  return n === 0 ? v ** -(F + 1) : choices * ((L + 1) ** n - L ** n) / v ** (F + 1);
}
