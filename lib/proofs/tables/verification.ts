/**
 * What a verification finds: how many sequences are certainly right.
 * @module
 */

/** Of a sound theorem; what a published strategy counts proves nothing. */
export interface Verification {
  /** At least so many are right. */
  certified: bigint;
  /** At most so many are right, where the theorem says so. */
  atMost?: bigint;
  /** Real operations, see flops.ts. */
  flops: number;
  /** `certified` by last token q and maximum m, at q * v + m: [v, v]. */
  byPair: bigint[];
}

/** Adds up a verification pair by pair. */
export function sumPairs(byPair: bigint[], flops: number): Verification {
  return { certified: byPair.reduce((sum, n) => sum + n, 0n), flops, byPair };
}
