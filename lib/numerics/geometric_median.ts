/**
 * The point with the least mean distance to many, by Weiszfeld's iteration in float64.
 *
 * ```ts
 * import { assert } from "@std/assert";
 * import { geometricMedian } from "./geometric_median.ts";
 * const [x, y] = geometricMedian(Float32Array.of(0, 0, 1, 0, 0, 1, 100, 100), 2);
 * assert(Math.abs(x - 0.5) < 1e-3 && Math.abs(y - 0.5) < 1e-3);
 * ```
 * @module
 */

/** Rounds; the mean is a good start, and each round brings it nearer by a factor. */
const ROUNDS = 100;

/**
 * points [n, width] flat → the median [width]. A point that coincides with the estimate weighs as
 * one a hair away.
 */
export function geometricMedian(points: ArrayLike<number>, width: number): Float64Array {
  const n = points.length / width;
  if (!(Number.isInteger(n) && n > 0)) {
    throw new RangeError(
      `Cannot take the geometric median: expected rows of ${width} values but found ${points.length} ` +
        "values: pass whole rows",
    );
  }
  let median = weightedMean(points, width, () => 1);
  for (let round = 0; round < ROUNDS; round++) {
    median = weightedMean(points, width, (row) => {
      let sum = 0;
      for (let j = 0; j < width; j++) sum += (points[row * width + j] - median[j]) ** 2;
      return 1 / Math.max(Math.sqrt(sum), 1e-12);
    });
  }
  return median;
}

function weightedMean(
  points: ArrayLike<number>,
  width: number,
  weightOf: (row: number) => number,
): Float64Array {
  const mean = new Float64Array(width);
  let total = 0;
  for (let row = 0; row * width < points.length; row++) {
    const weight = weightOf(row);
    total += weight;
    for (let j = 0; j < width; j++) mean[j] += weight * points[row * width + j];
  }
  return mean.map((sum) => sum / total);
}
