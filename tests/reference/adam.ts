/**
 * Clipping by the global norm, then Adam (Kingma and Ba, arXiv 1412.6980) or AdamW (Loshchilov and
 * Hutter, arXiv 1711.05101), in float64 and as PyTorch has them:
 *
 *   grad *= min(1, max_norm / (norm + 1e-6))        norm over all tensors together
 *   p    -= lr weight_decay p                       AdamW; 0 is Adam
 *   m     = beta1 m + (1 - beta1) grad              v = beta2 v + (1 - beta2) grad²
 *   p    -= lr · m / (1 - beta1^step) / (√(v / (1 - beta2^step)) + eps)
 *
 * @module
 */

export type Tensors = Record<string, ArrayLike<number>>;
export type AdamState = { p: Float64Array; m: Float64Array; v: Float64Array };
export type AdamOptions = {
  lr: number;
  betas?: [number, number];
  eps?: number;
  weight_decay?: number;
};

/** The gradients scaled down to a global norm of at most max_norm, and the norm they had. */
export function clipByGlobalNorm(grads: Tensors, max_norm: number) {
  let squares = 0;
  for (const grad of Object.values(grads)) {
    for (let i = 0; i < grad.length; i++) squares += grad[i] ** 2;
  }
  const norm = Math.sqrt(squares);
  const factor = Math.min(1, max_norm / (norm + 1e-6));
  const clipped = Object.entries(grads)
    .map(([name, grad]) => [name, Float64Array.from(grad, (value) => value * factor)] as const);
  return { norm, grads: Object.fromEntries(clipped) };
}

/** A parameter at its start: moments zero. */
export function adamState(p: ArrayLike<number>): AdamState {
  return { p: Float64Array.from(p), m: new Float64Array(p.length), v: new Float64Array(p.length) };
}

/** One parameter's state after step `step` (the first is 1). */
export function adamStep(
  { p, m, v }: AdamState,
  grad: ArrayLike<number>,
  { step, lr, betas: [beta1, beta2] = [0.9, 0.999], eps = 1e-8, weight_decay = 0 }:
    & AdamOptions
    & { step: number },
): AdamState {
  const newM = m.map((value, i) => beta1 * value + (1 - beta1) * grad[i]);
  const newV = v.map((value, i) => beta2 * value + (1 - beta2) * grad[i] ** 2);
  const newP = p.map((value, i) => {
    const direction = newM[i] / (1 - beta1 ** step);
    const size = Math.sqrt(newV[i] / (1 - beta2 ** step)) + eps;
    return value - lr * weight_decay * value - lr * direction / size;
  });
  return { p: newP, m: newM, v: newV };
}
