/** The mixed difference of anything that has been evaluated with and without two players. @module */

/** A function with both players, without one, without the other, with neither. */
export type FourPoints<T> = { both: T; withoutI: T; withoutJ: T; neither: T };

/** both − withoutI − withoutJ + neither. */
export function fourPointDifference(
  { both, withoutI, withoutJ, neither }: FourPoints<number>,
): number {
  return both - withoutI - withoutJ + neither;
}

/** The same of vectors of one length, entry by entry. */
export function fourPointVector(
  { both, withoutI, withoutJ, neither }: FourPoints<ArrayLike<number>>,
): Float64Array {
  return Float64Array.from(both, (x, n) => x - withoutI[n] - withoutJ[n] + neither[n]);
}
