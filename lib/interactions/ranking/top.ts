/** The first of a ranking. @module */

/**
 * Numbers of the n largest values among those that are allowed, largest first; of equal ones the
 * earlier first. Fewer where fewer are allowed.
 */
export function topOf(
  values: ArrayLike<number>,
  n: number,
  allowed: (at: number) => boolean = () => true,
): number[] {
  const all = Array.from({ length: values.length }, (_, at) => at).filter(allowed);
  return all.sort((a, b) => values[b] - values[a] || a - b).slice(0, n);
}
