/**
 * Softmax cross-entropy with a weight per row, in float64:
 *
 *   per_row[r] = log Σ_j exp(logits[r,j]) - logits[r, targets[r]]
 *   loss       = Σ_r weights[r] per_row[r] / Σ_r weights[r]
 *
 * @module
 */

export type Targets = { targets: ArrayLike<number>; weights: ArrayLike<number> };

/** logits [rows, d_vocab], targets and weights [rows] → per_row [rows], loss. */
export function crossEntropy(logits: ArrayLike<number>, { targets, weights }: Targets) {
  const d_vocab = logits.length / targets.length;
  const per_row = Float64Array.from(targets, (target, row) => {
    const { largest, sum } = softmaxSum(logits, row * d_vocab, d_vocab);
    return largest + Math.log(sum) - logits[row * d_vocab + target];
  });
  const total = per_row.reduce((sum, value, row) => sum + weights[row] * value, 0);
  return { per_row, loss: total / totalWeight(weights) };
}

/** The gradient of crossEntropy()'s loss: [rows, d_vocab]. */
export function crossEntropyGrad(
  logits: ArrayLike<number>,
  { targets, weights }: Targets,
): Float64Array {
  const d_vocab = logits.length / targets.length;
  const total = totalWeight(weights);
  const grad_logits = new Float64Array(logits.length);
  for (let row = 0; row < targets.length; row++) {
    const { largest, sum } = softmaxSum(logits, row * d_vocab, d_vocab);
    for (let j = 0; j < d_vocab; j++) {
      const probability = Math.exp(logits[row * d_vocab + j] - largest) / sum;
      const wanted = j === targets[row] ? 1 : 0;
      grad_logits[row * d_vocab + j] = weights[row] / total * (probability - wanted);
    }
  }
  return grad_logits;
}

/** The largest logit of a row, and the sum of the exponentials relative to it. */
function softmaxSum(logits: ArrayLike<number>, start: number, d_vocab: number) {
  let largest = -Infinity, sum = 0;
  for (let j = 0; j < d_vocab; j++) largest = Math.max(largest, logits[start + j]);
  for (let j = 0; j < d_vocab; j++) sum += Math.exp(logits[start + j] - largest);
  return { largest, sum };
}

function totalWeight(weights: ArrayLike<number>): number {
  return Float64Array.from(weights).reduce((sum, weight) => sum + weight, 0);
}
