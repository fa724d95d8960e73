/**
 * Linear warm-up, constant, linear decay:
 *
 *   lr(step) = lr · min(1, step / warmup, (n_steps - step + 1) / decay)      step = 1 .. n_steps
 *
 * The first step has lr/warmup, step `warmup` has lr, the last one lr/decay; 0 would follow after it.
 * 0 as length of the warm-up or the decay leaves it out.
 *
 * @module
 */

export type Schedule = { lr: number; n_steps: number; warmup?: number; decay?: number };

/** The learning rate of a step; the first step is 1. */
export function learningRate(
  step: number,
  { lr, n_steps, warmup = 0, decay = 0 }: Schedule,
): number {
  const rising = warmup === 0 ? 1 : step / warmup;
  const falling = decay === 0 ? 1 : (n_steps - step + 1) / decay;
  return lr * Math.min(1, rising, falling);
}
