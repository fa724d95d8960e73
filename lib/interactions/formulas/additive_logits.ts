/**
 * Whether two ablations add up in what a model predicts (derived here): without i and j the logits
 * would be ℓ(∖i) + ℓ(∖j) − ℓ(x) if they did not interact.
 *
 * @module
 */
import { fourPointDifference, type FourPoints, fourPointVector } from "./four_points.ts";

/** Logits [d_vocab] of the four runs: `neither` has both features removed. */
export type AblatedLogits = FourPoints<ArrayLike<number>>;

/** ℓ(∖i) + ℓ(∖j) − ℓ(x). */
export function additiveLogits({ both, withoutI, withoutJ }: AblatedLogits): Float64Array {
  return Float64Array.from(both, (x, n) => withoutI[n] + withoutJ[n] - x);
}

/** KL(p(∖ij) ‖ softmax(additive)), nats. */
export function additiveKl(logits: AblatedLogits): number {
  const truth = logProbabilities(logits.neither), guess = logProbabilities(additiveLogits(logits));
  return truth.reduce((sum, log, n) => sum + Math.exp(log) * (log - guess[n]), 0);
}

/** ℓ(x) − ℓ(∖i) − ℓ(∖j) + ℓ(∖ij). */
export function logitInteraction(logits: AblatedLogits): Float64Array {
  return fourPointVector(logits);
}

/** The same of the loss −log p(target), nats. */
export function lossInteraction(logits: AblatedLogits, target: number): number {
  const loss = (of: ArrayLike<number>) => -logProbabilities(of)[target];
  return fourPointDifference({
    both: loss(logits.both),
    withoutI: loss(logits.withoutI),
    withoutJ: loss(logits.withoutJ),
    neither: loss(logits.neither),
  });
}

/** ℓ − log Σ exp ℓ. */
function logProbabilities(logits: ArrayLike<number>): Float64Array {
  let most = -Infinity, total = 0;
  for (let n = 0; n < logits.length; n++) most = Math.max(most, logits[n]);
  for (let n = 0; n < logits.length; n++) total += Math.exp(logits[n] - most);
  return Float64Array.from(logits, (x) => x - most - Math.log(total));
}
