/** Differences of two groups, with what resampling their members leaves of them. @module */
import { bootstrapInterval } from "../../numerics/bootstrap.ts";

/** A difference of two groups with its interval. */
export type Difference = { difference: number; low: number; high: number };

/** Statistic of one group minus that of another; items resampled. */
export function between(
  a: readonly number[],
  b: readonly number[],
  { of, seed }: { of: (values: readonly number[]) => number; seed: number },
): Difference {
  const groups = [a.map((_, n) => n), b.map((_, n) => a.length + n)];
  const drawn = (values: readonly number[], weights: Uint32Array) =>
    values.flatMap((value, n) => Array<number>(weights[n]).fill(value));
  const [low, high] = bootstrapInterval(
    groups,
    (weights) =>
      of(drawn(a, weights.subarray(0, a.length))) - of(drawn(b, weights.subarray(a.length))),
    { seed, name: "between groups", resamples: 1000 },
  );
  return { difference: of(a) - of(b), low, high };
}
