/**
 * What a value comes to for each latent on its own: the mean over the tokens at which it is active.
 *
 * @module
 */
import type { PairList } from "../../pairs/instances.ts";
import type { ActiveLatents } from "../../../crosscoder/active_latents.ts";

/** A part of a text, and a value for every entry of it: [entries]. */
export type ValuedPart = { active: ActiveLatents; values: ArrayLike<number> };

/**
 * By latent, [d_sae] each: on how many tokens it is active, the mean over them, and the mean square.
 * A latent that never is has zeros.
 */
export type LatentMeans = { count: Float64Array; mean: Float64Array; square: Float64Array };

/** The means over all parts. Throws on none, and on values that are not one an entry. */
export function latentMeans(parts: readonly ValuedPart[]): LatentMeans {
  if (parts.length === 0) {
    throw new RangeError(
      "Cannot average over tokens: expected parts of a text but found none: read one first",
    );
  }
  const { d_sae } = parts[0].active;
  const [count, mean, square] = [0, 1, 2].map(() => new Float64Array(d_sae));
  for (const { active, values } of parts) {
    if (values.length !== active.latent.length || active.d_sae !== d_sae) {
      throw new RangeError(
        `Cannot average over tokens: expected ${active.latent.length} values of ${d_sae} latents ` +
          `but found ${values.length} of ${active.d_sae}: pass one an entry, of one dictionary`,
      );
    }
    active.latent.forEach((latent, entry) => {
      count[latent]++;
      mean[latent] += values[entry];
      square[latent] += values[entry] ** 2;
    });
  }
  for (let i = 0; i < d_sae; i++) {
    mean[i] /= count[i] || 1;
    square[i] /= count[i] || 1;
  }
  return { count, mean, square };
}

/**
 * B5, the product of two main effects as means per feature: sqrt(E|m_i| E|m_j|), [pairs]; the same
 * of any other value. A control that leaves much: what a feature does on average is not what it does
 * on the pair's own tokens.
 */
export function productOfMeans(pairs: PairList, { mean }: Pick<LatentMeans, "mean">): Float64Array {
  return Float64Array.from(pairs.i, (i, p) => Math.sqrt(mean[i] * mean[pairs.j[p]]));
}

/**
 * A score [pairs] over sqrt(E|m_i|² E|m_j|²): the share of what the two do alone. 0 where one of
 * them does nothing.
 */
export function normalised(
  score: ArrayLike<number>,
  pairs: PairList,
  { square }: Pick<LatentMeans, "square">,
): Float64Array {
  return Float64Array.from(score, (value, p) => {
    const size = Math.sqrt(square[pairs.i[p]] * square[pairs.j[p]]);
    return size > 0 ? value / size : 0;
  });
}
