/**
 * Interval matrix operations that count themselves, each real operation once.
 * @module
 */
import { up } from "../arithmetic/interval.ts";
import {
  absTimesVector,
  addIntervals,
  type IntervalMatrix,
  multiplyIntervals,
  pointMatrix,
  rowRanges,
  subtractIntervals,
} from "../arithmetic/interval_matrix.ts";
import { type Flops, matmulFlops } from "./flops.ts";

/** Adds every operation to one counter. */
export class Counted {
  constructor(private flops: Flops) {}

  times(a: IntervalMatrix, b: IntervalMatrix): IntervalMatrix {
    this.flops.total += matmulFlops(a.rows, a.cols, b.cols);
    return multiplyIntervals(a, b);
  }

  plus(a: IntervalMatrix, b: IntervalMatrix): IntervalMatrix {
    this.flops.total += a.mid.length;
    return addIntervals(a, b);
  }

  minus(a: IntervalMatrix, b: IntervalMatrix): IntervalMatrix {
    this.flops.total += a.mid.length;
    return subtractIntervals(a, b);
  }

  ranges(a: IntervalMatrix): Float64Array {
    this.flops.total += a.rows * (2 * (a.cols - 1) + 1);
    return rowRanges(a);
  }

  absTimes(a: IntervalMatrix, r: Float64Array): Float64Array {
    this.flops.total += a.mid.length + matmulFlops(a.rows, a.cols, 1);
    return absTimesVector(a, r);
  }

  /** The mean row as plain numbers (any vector will do), and a - mean. */
  center(a: IntervalMatrix): { mean: IntervalMatrix; rest: IntervalMatrix } {
    const mean = new Float64Array(a.cols);
    a.mid.forEach((x, i) => mean[i % a.cols] += x / a.rows);
    const repeated = Float64Array.from(a.mid, (_, i) => mean[i % a.cols]);
    this.flops.total += a.mid.length + a.cols;
    return {
      mean: pointMatrix(mean, 1, a.cols),
      rest: this.minus(a, pointMatrix(repeated, a.rows, a.cols)),
    };
  }
}

/** range(mean left row · right) + sum_c |left - mean| range(right row c). */
export function meanDiff(
  left: IntervalMatrix,
  right: IntervalMatrix,
  product: Counted,
): Float64Array {
  const { mean, rest } = product.center(left);
  const shared = product.ranges(product.times(mean, right))[0];
  return product.absTimes(rest, product.ranges(right)).map((x) => up(x + shared));
}
