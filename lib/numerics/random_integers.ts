/** Integers beyond 32 bits from a stream of random numbers, each equally likely. @module */
import type { Random } from "./random.ts";

/**
 * An integer of [0, n), n from 1 to 2^53, exactly uniform as far as the stream is; beyond 2^53, where
 * n stands for a rounded sum, a number of [0, n) in steps of n 2^-53.
 */
export function wholeBelow(random: Random, n: number): number {
  if (n > 2 ** 53) return random.uniform() * n;
  const limit = 2 ** 53 - 2 ** 53 % n; // beyond it the small remainders would come too often
  let bits = random.uniform() * 2 ** 53;
  while (bits >= limit) bits = random.uniform() * 2 ** 53;
  return bits % n;
}

/**
 * An integer of [0, n), n >= 1, exactly uniform as far as the stream is: the upper part of n times a
 * random fraction (Lemire, "Fast random integer generation in an interval", ACM TOMACS 2019). Who knows
 * n to 1e-13 only nearly always draws the same share of it.
 */
export function bigBelow(random: Random, n: bigint): bigint {
  const words = Math.ceil(n.toString(16).length / 8) + 2, bits = BigInt(32 * words);
  const all = 1n << bits, least = all % n; // smaller lower parts would come too often
  for (;;) {
    let fraction = 0n;
    for (let i = 0; i < words; i++) fraction = fraction << 32n | BigInt(random.uint32());
    const product = fraction * n;
    if ((product & (all - 1n)) >= least) return product >> bits;
  }
}
