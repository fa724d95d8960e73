/**
 * Shares of few: a count beside every percentage, its uncertainty, and the rate among others to
 * hold it against.
 *
 * @module
 */
import { exactly, expectForm, having, integer, maybe, whole } from "../io/form.ts";
import { stream } from "./random.ts";

/** `count` of `of`, for example 20 of 38. */
export type Count = { count: number; of: number };

/** Throws unless `count` and `of` are whole numbers, the first no larger. */
function expectCount(action: string, { count, of }: Count): void {
  expectForm(action, { of }, exactly({ of: whole(0) }));
  expectForm(action, { count }, exactly({ count: whole(0, of) }));
}

/** In percent, undefined for 0 of 0. */
export function percentOf({ count, of }: Count): number | undefined {
  expectCount("give a share", { count, of });
  return of === 0 ? undefined : 100 * count / of;
}

/** How many of the rows have a property. */
export function countOf<T>(rows: readonly T[], has: (row: T) => boolean): Count {
  return { count: rows.filter(has).length, of: rows.length };
}

/**
 * The rows to hold a group's rate against: `n` random ones of those outside the group, or all of
 * them where there are fewer. Same seed and rows, same choice.
 */
export function randomRows<T>(
  others: readonly T[],
  options: { seed: number; n?: number },
): T[] {
  expectForm("choose random rows", options, having({ seed: integer, n: maybe(whole(1)) }));
  const { seed, n = 500 } = options;
  if (others.length <= n) return [...others];
  const chosen = stream(seed, "base-rate").permutation(others.length).subarray(0, n);
  return Array.from(chosen, (i) => others[i]);
}

/** How many of randomRows() have a property. */
export function baseRate<T>(
  others: readonly T[],
  has: (row: T) => boolean,
  options: { seed: number; n?: number },
): Count {
  return countOf(randomRows(others, options), has);
}

/** The 95 % interval of a share after Wilson (1927), in percent; 0 to 100 for 0 of 0. */
export function wilsonInterval({ count, of }: Count): [number, number] {
  expectCount("give an interval", { count, of });
  if (of === 0) return [0, 100];
  const z = 1.959964;
  const share = count / of;
  const centre = share + z * z / (2 * of);
  const half = z * Math.sqrt(share * (1 - share) / of + z * z / (4 * of * of));
  const scale = 100 / (1 + z * z / of);
  return [Math.max(0, scale * (centre - half)), Math.min(100, scale * (centre + half))];
}

/**
 * The difference of two shares, a minus b, in points, with its 95 % interval from both Wilson
 * intervals (Newcombe 1998, Statistics in Medicine 17, method 10). Throws on 0 of 0.
 */
export function shareDifference(
  a: Count,
  b: Count,
): { difference: number; low: number; high: number } {
  const [first, second] = [percentOf(a), percentOf(b)];
  if (first === undefined || second === undefined) {
    throw new RangeError(
      "Cannot compare shares: expected rows on both sides but found " +
        `${a.of} and ${b.of}: leave the comparison out`,
    );
  }
  const [[lowA, highA], [lowB, highB]] = [wilsonInterval(a), wilsonInterval(b)];
  const difference = first - second;
  return {
    difference,
    low: difference - Math.hypot(first - lowA, highB - second),
    high: difference + Math.hypot(highA - first, second - lowB),
  };
}
