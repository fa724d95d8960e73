/** Lists of directions: the best first, and vectors at hooks. @module */
import { type Direction, unitVector } from "../causal/direction.ts";
import type { Found } from "./method.ts";

/** A direction and the number that it is ranked by. */
export type Scored = { score: number; direction: Direction };

/** At most `most` by falling score, equal ones in their own order; those without a number are left out. */
export function bestFirst(
  found: readonly Scored[],
  most = Infinity,
): Pick<Found, "directions" | "scores"> {
  const best = found.filter(({ score }) => !Number.isNaN(score))
    .sort((a, b) => b.score - a.score).slice(0, most);
  return {
    directions: best.map(({ direction }) => direction),
    scores: best.map(({ score }) => score),
  };
}

/** Latents by falling score [d_sae]; those whose score is NaN are left out. */
export function latentsBy(scores: ArrayLike<number>): Pick<Found, "directions" | "scores"> {
  return bestFirst(Array.from(scores, (score, latent) => ({
    score,
    direction: { kind: "latent", latent },
  })));
}

/**
 * A vector over several hooks, stacked [hooks · width], as a direction of norm 1; hooks where it is
 * zero are left out. Throws where it is zero everywhere.
 */
export function stackedVector(hooks: readonly string[], stacked: ArrayLike<number>): Direction {
  const width = stacked.length / hooks.length;
  const parts = hooks.map((hook, l) =>
    [hook, Float32Array.from({ length: width }, (_, i) => stacked[l * width + i])] as const
  );
  return unitVector(new Map(parts.filter(([, part]) => part.some((value) => value !== 0))));
}
