/**
 * Exact matrices of dyadic rationals: one power of two for the whole matrix, BigInt entries.
 *
 * A float32 or float64 weight is an integer times a power of two, so sums and products of weight
 * matrices have exact entries. Nothing here rounds, except toEnclosure(), outward.
 * @module
 */
import { down, type Enclosure, scaleByPower, up } from "./interval.ts";

/** values[r * cols + c] · 2^exponent. */
export interface DyadicMatrix {
  /** Rows. */
  rows: number;
  /** Columns. */
  cols: number;
  /** [rows, cols], row by row: whole numbers, each times 2^exponent. */
  values: bigint[];
  /** Of the power of two that every value is multiplied by. */
  exponent: number;
}

/** The exact matrix [rows, cols] of finite float32 or float64 numbers. */
export function toDyadic(
  data: Float32Array | Float64Array,
  rows: number,
  cols: number,
): DyadicMatrix {
  const bits = new DataView(new ArrayBuffer(8));
  const mantissas = new Array<bigint>(data.length);
  const exponents = new Int32Array(data.length);
  let exponent = Infinity;
  for (let i = 0; i < data.length; i++) {
    bits.setFloat64(0, data[i]);
    const high = bits.getUint32(0);
    const biased = (high >>> 20) & 0x7ff;
    if (biased === 0x7ff) {
      throw new RangeError(
        `Cannot make an exact matrix: expected finite numbers but found ${data[i]} at ${i}: ` +
          `check the weights`,
      );
    }
    let mantissa = (high & 0xfffff) * 4294967296 + bits.getUint32(4);
    if (biased > 0) mantissa += 4503599627370496;
    let e = Math.max(biased, 1) - 1075;
    while (mantissa !== 0 && mantissa % 2 === 0) {
      mantissa /= 2;
      e++;
    }
    mantissas[i] = BigInt(high >>> 31 ? -mantissa : mantissa);
    exponents[i] = e;
    if (mantissa !== 0) exponent = Math.min(exponent, e);
  }
  if (exponent === Infinity) exponent = 0;
  const values = mantissas.map((m, i) => m === 0n ? 0n : m << BigInt(exponents[i] - exponent));
  return { rows, cols, values, exponent };
}

/** a b, exact: a [n, k], b [k, m] → [n, m]. */
export function multiplyDyadic(a: DyadicMatrix, b: DyadicMatrix): DyadicMatrix {
  const { rows, cols: inner } = a;
  const cols = b.cols;
  const values = new Array<bigint>(rows * cols);
  const columns = transposeDyadic(b).values;
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < cols; c++) {
      let sum = 0n;
      for (let i = 0; i < inner; i++) sum += a.values[r * inner + i] * columns[c * inner + i];
      values[r * cols + c] = sum;
    }
  }
  return { rows, cols, values, exponent: a.exponent + b.exponent };
}

/** The transpose. */
export function transposeDyadic(a: DyadicMatrix): DyadicMatrix {
  const values = new Array<bigint>(a.values.length);
  for (let r = 0; r < a.rows; r++) {
    for (let c = 0; c < a.cols; c++) values[c * a.rows + r] = a.values[r * a.cols + c];
  }
  return { rows: a.cols, cols: a.rows, values, exponent: a.exponent };
}

/** a + row for every row of a; row is [1, cols]. */
export function addRowDyadic(a: DyadicMatrix, row: DyadicMatrix): DyadicMatrix {
  const exponent = Math.min(a.exponent, row.exponent);
  const shiftA = BigInt(a.exponent - exponent), shiftRow = BigInt(row.exponent - exponent);
  const values = a.values.map((x, i) => (x << shiftA) + (row.values[i % a.cols] << shiftRow));
  return { rows: a.rows, cols: a.cols, values, exponent };
}

/** Row r of a, as a [1, cols] matrix. */
export function rowDyadic(a: DyadicMatrix, r: number): DyadicMatrix {
  const values = a.values.slice(r * a.cols, (r + 1) * a.cols);
  return { rows: 1, cols: a.cols, values, exponent: a.exponent };
}

/** Float64 ends around every entry; both are the entry itself where a double can hold it. */
export function toEnclosure(a: DyadicMatrix): Enclosure {
  const lo = new Float64Array(a.values.length);
  const hi = new Float64Array(a.values.length);
  a.values.forEach((value, i) => {
    let n = Number(value), e = a.exponent;
    if (!Number.isFinite(n)) {
      const drop = value.toString(16).length * 4 - 900;
      n = Number(value >> BigInt(drop));
      e += drop;
      hi[i] = up(scaleByPower(up(n), e));
      lo[i] = down(scaleByPower(down(n), e));
      return;
    }
    const scaled = scaleByPower(n, e);
    const exact = BigInt(n) === value && scaleByPower(scaled, -e) === n;
    hi[i] = exact ? scaled : up(scaled);
    lo[i] = exact ? scaled : down(scaled);
  });
  return { lo, hi };
}
