/**
 * The least change of an activation that silences some latents together:
 *
 *   minimise ‖δ‖² such that z_i + ⟨w_i, δ⟩ ≤ t_i for all i;   δ = −Σ_i λ_i w_i, λ ≥ 0
 *
 * by dual coordinate ascent: each λ_i in turn is set to what its own condition wants, given the others
 * (Hildreth 1957). Latents that were silent stay so, although lowering others may raise them.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { leastChange } from "./least_change.ts";
 * // Two orthogonal encoders of norm 1 and 2; only the first latent is above its target.
 * assertEquals([...leastChange({ z: [3, -1], target: [1, 0], gram: [1, 0, 0, 4] })], [2, 0]);
 * ```
 * @module
 */

/** Rounds of the ascent; a handful of latents has settled long before. */
const SWEEPS = 25;

/** `gram` [n · n]: ⟨w_i, w_j⟩ → λ [n]. A latent whose encoder is 0 cannot be moved and is left. */
export function leastChange(
  { z, target, gram }: {
    z: ArrayLike<number>;
    target: ArrayLike<number>;
    gram: ArrayLike<number>;
  },
): Float64Array {
  const n = z.length, lambda = new Float64Array(n);
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    let moved = false;
    for (let i = 0; i < n; i++) {
      const own = gram[i * n + i];
      if (!(own > 0)) continue;
      let at = z[i];
      for (let j = 0; j < n; j++) at -= lambda[j] * gram[i * n + j];
      const next = Math.max(0, lambda[i] + (at - target[i]) / own);
      moved ||= next !== lambda[i];
      lambda[i] = next;
    }
    if (!moved) break;
  }
  return lambda;
}
