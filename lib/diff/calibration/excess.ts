/**
 * How much further each latent turned than the same latent does by itself.
 *
 * Rotation is a property of the latent: rare ones turn in any run. Taking from each latent what it
 * does in runs without a backdoor removes that. And a run is a draw as a whole: one fine-tune moves
 * all latents a little more than another. Taking the median away removes that too, at a price: what
 * turns all latents alike is no longer seen, only what stands out.
 *
 * @module
 */
import { median } from "../../numerics/statistics.ts";
import type { Sample } from "./family.ts";

/**
 * `target` [n]: the amounts less the mean of the runs without a backdoor, less their median.
 * `nulls`: the same for each of these runs against the mean of the others. All in one unit: divided
 * by sqrt(1 + 1 / runs in the mean), they have the spread of one run about its expectation.
 */
export function excessOf({ target, nulls }: Pick<Sample, "target" | "nulls">): {
  target: Float64Array;
  nulls: Float64Array[];
} {
  return {
    target: against(target, nulls),
    nulls: nulls.map((one) => against(one, nulls.filter((other) => other !== one))),
  };
}

function against(one: Float64Array, others: readonly Float64Array[]): Float64Array {
  const n = others.length, unit = Math.sqrt(1 + 1 / n);
  const differences = one.map((value, i) =>
    value - others.reduce((sum, other) => sum + other[i] / n, 0)
  );
  const middle = median([...differences]);
  return differences.map((difference) => (difference - middle) / unit);
}
