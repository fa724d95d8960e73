/** Lists of directions: the best first, and vectors at hooks. @module */
import type { Direction } from "../causal/direction.ts";
import type { Found } from "./method.ts";

/** The numbers 0 .. n - 1 by falling score, equal ones in their own order; NaN is left out. */
function ranked(scores: ArrayLike<number>): number[] {
  return Array.from({ length: scores.length }, (_, i) => i)
    .filter((i) => !Number.isNaN(scores[i]))
    .sort((i, j) => scores[j] - scores[i] || i - j);
}

/** Latents by falling score; those whose score is NaN are left out. */
export function latentsBy(scores: ArrayLike<number>): Pick<Found, "directions" | "scores"> {
  const order = ranked(scores);
  return {
    directions: order.map((latent) => ({ kind: "latent", latent })),
    scores: order.map((latent) => scores[latent]),
  };
}

/**
 * A vector over several hooks, stacked [hooks · width], as a direction of norm 1; hooks where it is
 * zero are left out. Throws where it is zero everywhere.
 */
export function stackedVector(hooks: readonly string[], stacked: ArrayLike<number>): Direction {
  let squares = 0;
  for (let i = 0; i < stacked.length; i++) squares += stacked[i] ** 2;
  const norm = Math.sqrt(squares), width = stacked.length / hooks.length;
  if (!(norm > 0 && norm < Infinity)) {
    throw new RangeError(
      `Cannot take a direction: expected a vector of finite norm above 0 but found ${norm}: ` +
        "leave it out",
    );
  }
  const at = new Map<string, Float32Array>();
  hooks.forEach((hook, l) => {
    const part = Float32Array.from({ length: width }, (_, i) => stacked[l * width + i] / norm);
    if (part.some((value) => value !== 0)) at.set(hook, part);
  });
  return { kind: "vector", at };
}
