/**
 * Matrices of intervals, middle ± radius, for products that need not be exact.
 *
 * A product takes the plain float64 product of the middles; the radius collects the rounding errors
 * (1.01 n 2^-53 times the product of absolute values) and the radii of the factors, itself rounded
 * up. See Rump, "Fast and parallel interval arithmetic", BIT 39 (1999).
 * @module
 */
import { down, type Enclosure, up } from "./interval.ts";

const U = 1.1102230246251568e-16;
/** Above the relative error of a sum of up to 1024 radii, the longest that models may need. */
const GROW = 1 + 1e-12;
const TINY = 1e-300;

/** Entries mid[i] ± rad[i], row-major. */
export interface IntervalMatrix {
  rows: number;
  cols: number;
  mid: Float64Array;
  rad: Float64Array;
}

/** A matrix of plain numbers, radius 0. */
export function pointMatrix(
  data: ArrayLike<number>,
  rows: number,
  cols: number,
): IntervalMatrix {
  return { rows, cols, mid: Float64Array.from(data), rad: new Float64Array(rows * cols) };
}

/** Lower and upper ends. */
export function ends(a: IntervalMatrix): Enclosure {
  return {
    lo: a.mid.map((m, i) => down(m - a.rad[i])),
    hi: a.mid.map((m, i) => up(m + a.rad[i])),
  };
}

/** a b: [n, k] [k, m] → [n, m]. */
export function multiplyIntervals(a: IntervalMatrix, b: IntervalMatrix): IntervalMatrix {
  const { rows, cols: inner } = a, cols = b.cols;
  const mid = new Float64Array(rows * cols), rad = new Float64Array(rows * cols);
  const round = 1.01 * (inner + 1) * U;
  for (let r = 0; r < rows; r++) {
    for (let i = 0; i < inner; i++) {
      const x = a.mid[r * inner + i], size = Math.abs(x), dx = a.rad[r * inner + i];
      // |x| (u |y| + dy) + dx (|y| + dy): one fused line for rounding and both radii.
      const slope = round * size + dx, wide = size + dx;
      for (let c = 0, o = r * cols, p = i * cols; c < cols; c++, o++, p++) {
        const y = b.mid[p];
        mid[o] += x * y;
        rad[o] += slope * Math.abs(y) + wide * b.rad[p];
      }
    }
  }
  for (let o = 0; o < rad.length; o++) rad[o] = rad[o] * GROW + TINY;
  return { rows, cols, mid, rad };
}

/** a + b, entry by entry. */
export function addIntervals(a: IntervalMatrix, b: IntervalMatrix): IntervalMatrix {
  return combine(a, b, 1);
}

/** a - b, entry by entry. */
export function subtractIntervals(a: IntervalMatrix, b: IntervalMatrix): IntervalMatrix {
  return combine(a, b, -1);
}

function combine(a: IntervalMatrix, b: IntervalMatrix, sign: number): IntervalMatrix {
  const mid = a.mid.map((x, i) => x + sign * b.mid[i]);
  const rad = a.rad.map((x, i) => (x + b.rad[i] + U * Math.abs(mid[i])) * GROW + TINY);
  return { rows: a.rows, cols: a.cols, mid, rad };
}

/** The transpose. */
export function transposeIntervals(a: IntervalMatrix): IntervalMatrix {
  const mid = new Float64Array(a.mid.length), rad = new Float64Array(a.mid.length);
  for (let r = 0; r < a.rows; r++) {
    for (let c = 0; c < a.cols; c++) {
      mid[c * a.rows + r] = a.mid[r * a.cols + c];
      rad[c * a.rows + r] = a.rad[r * a.cols + c];
    }
  }
  return { rows: a.cols, cols: a.rows, mid, rad };
}

/** Upper bound of max - min of every row: [rows]. */
export function rowRanges(a: IntervalMatrix): Float64Array {
  const out = new Float64Array(a.rows);
  for (let r = 0; r < a.rows; r++) {
    let top = -Infinity, low = Infinity;
    for (let i = r * a.cols; i < (r + 1) * a.cols; i++) {
      if (!(Math.abs(a.mid[i]) + a.rad[i] < Infinity)) top = Infinity;
      top = Math.max(top, a.mid[i] + a.rad[i]);
      low = Math.min(low, a.mid[i] - a.rad[i]);
    }
    // Three roundings: both ends, then the difference.
    out[r] = up(up(up(top) - down(low)));
  }
  return out;
}

/** Upper bound of |a| r for a non-negative vector r [cols]: [rows]. */
export function absTimesVector(a: IntervalMatrix, r: Float64Array): Float64Array {
  const out = new Float64Array(a.rows);
  for (let row = 0; row < a.rows; row++) {
    let sum = 0;
    for (let c = 0; c < a.cols; c++) {
      const i = row * a.cols + c;
      sum += (Math.abs(a.mid[i]) + a.rad[i]) * r[c];
    }
    out[row] = sum * GROW + TINY;
  }
  return out;
}
