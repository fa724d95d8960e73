/**
 * Groups of pairs that are compared: the ones with the highest potential, others that match them in
 * what each latent does alone, and others at random.
 * @module
 */
import type { Random } from "../../numerics/random.ts";

/**
 * For each of `chosen` the pair that is nearest in `product` among those not chosen, each once; in the
 * order of `chosen`. Fewer where there are no more.
 */
export function matchedOn(product: ArrayLike<number>, chosen: readonly number[]): number[] {
  const taken = new Set(chosen), found: number[] = [];
  const rest = Array.from({ length: product.length }, (_, p) => p).filter((p) => !taken.has(p))
    .sort((a, b) => product[a] - product[b] || a - b);
  const used = new Uint8Array(rest.length);
  for (const wanted of chosen) {
    let low = 0, high = rest.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (product[rest[middle]] < product[wanted]) low = middle + 1;
      else high = middle;
    }
    let below = low - 1, above = low;
    while (below >= 0 && used[below]) below--;
    while (above < rest.length && used[above]) above++;
    if (below < 0 && above >= rest.length) break;
    const up = below < 0 ||
      (above < rest.length &&
        product[rest[above]] - product[wanted] <= product[wanted] - product[rest[below]]);
    const at = up ? above : below;
    used[at] = 1;
    found.push(rest[at]);
  }
  return found;
}

/** `count` of the pairs `0 .. total` that are not among `others`, at random. */
export function randomOf(
  total: number,
  { count, others, random }: { count: number; others: readonly number[]; random: Random },
): number[] {
  const taken = new Set(others);
  return [...random.permutation(total)].filter((p) => !taken.has(p)).slice(0, count);
}
