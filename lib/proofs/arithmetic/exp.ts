/**
 * e^x by integer arithmetic alone, for x = (dyadic number) / sqrt(d_head).
 *
 * Math.exp promises no error bound, so it may not certify anything. Here x is split as k ln 2 + r,
 * e^(r/64) is a Taylor sum in fixed point, and six squarings give e^r.
 *
 * Error, with B = bits + 32 fractional bits, |x| < 2^12 and d_head <= 2^16: x is wrong by less than
 * 2^(20-B), k ln 2 by 2^(14-B), the Taylor sum by 2^(5-B); the squarings multiply the last by 64
 * and add 2^(8-B). In total below 2^(22-B), hence below 2^-bits relative to a result >= 1.
 * @module
 */
import type { DyadicMatrix } from "./dyadic.ts";
import { type Enclosure, exponentOf, scaleByPower } from "./interval.ts";

const EXTRA_BITS = 32;
/** From e^690 up an exponential is enclosed by [1e299, Infinity], below e^-691 by [0, 1e-300]. */
const RANGE = 690;
const SLACK = 1e-15;

/** floor(sqrt(n)) for n >= 0, by Newton's iteration from above. */
export function integerSqrt(n: bigint): bigint {
  if (n < 2n) return n;
  let x = 1n << BigInt(Math.ceil(n.toString(16).length * 2) + 1);
  for (;;) {
    const next = (x + n / x) >> 1n;
    if (next >= x) return x;
    x = next;
  }
}

/** The fixed-point constants for `bits` good bits and one d_head; make it once, use it often. */
export interface ExpContext {
  /** Width of a head: scores are divided by its root. */
  d_head: number;
  /** Bits that results are exact to. */
  bits: number;
  /** Fractional bits of everything below. */
  B: bigint;
  /** ln 2, rounded. */
  ln2: bigint;
  /** 1 / sqrt(d_head). */
  invSqrt: bigint;
}

/** Constants for exponentials whose argument is divided by sqrt(d_head). */
export function expContext(d_head: number, bits = 128): ExpContext {
  const B = BigInt(bits + EXTRA_BITS);
  const invSqrt = integerSqrt((1n << (2n * B)) / BigInt(d_head));
  return { d_head, bits, B, ln2: ln2Fixed(B), invSqrt };
}

/**
 * ln 2 = 2 atanh(1/3), truncated to B fractional bits (error below 2^(1-B), by eight guard bits).
 */
function ln2Fixed(B: bigint): bigint {
  let power = (2n << (B + 8n)) / 3n, sum = 0n;
  for (let n = 1n; power > 0n; n += 2n) {
    sum += power / n;
    power /= 9n;
  }
  return sum >> 8n;
}

/** A positive real number near mantissa · 2^(k - B); relative error below 2^-bits. */
export interface FixedExp {
  mantissa: bigint;
  k: number;
}

/** e^(value · 2^exponent / sqrt(d_head)); its argument below 2^12 in size. */
export function expFixed(value: bigint, exponent: number, context: ExpContext): FixedExp {
  const { B, ln2, invSqrt } = context;
  const product = value * invSqrt;
  const x = exponent >= 0 ? product << BigInt(exponent) : product >> BigInt(-exponent);
  const k = x >= 0n ? x / ln2 : -((-x + ln2 - 1n) / ln2);
  const r = (x - k * ln2) >> 6n;
  const one = 1n << B;
  let term = one, sum = one;
  for (let n = 1n; term > 0n; n++) {
    term = (term * r >> B) / n;
    sum += term;
  }
  for (let i = 0; i < 6; i++) sum = (sum * sum) >> B;
  return { mantissa: sum, k: Number(k) };
}

/** Float64 ends around e^(value · 2^exponent / sqrt(d_head)); [0, 1e-300] where it is tiny. */
export function expInterval(
  value: bigint,
  exponent: number,
  context: ExpContext,
): [lo: number, hi: number] {
  if (value === 0n) return [1, 1];
  const size = scaleByPower(Number(value), exponent) / Math.sqrt(context.d_head);
  // `size` is off by a few ulps; e^690 = 4.6e299 and e^-691 = 8.0e-301 leave more room than that.
  if (size < -RANGE - 1) return [0, 1e-300];
  if (!(size < RANGE)) return [1e299, Infinity];
  const { mantissa, k } = expFixed(value, exponent, context);
  const middle = scaleByPower(Number(mantissa), k - Number(context.B));
  return [middle * (1 - SLACK), middle * (1 + SLACK)];
}

/**
 * Float64 ends around e^(x / sqrt(d_head)) for a double x; [0, Infinity] where x is not a number.
 */
export function expDouble(x: number, context: ExpContext): [lo: number, hi: number] {
  if (x === 0) return [1, 1];
  if (x !== x) return [0, Infinity];
  if (!(Math.abs(x) < 1e300)) return x > 0 ? [1e299, Infinity] : [0, 1e-300];
  const e = exponentOf(Math.abs(x)) - 52;
  // Subnormals report exponent -1023; their mantissa is an integer at 2^-1074 all the same.
  const exponent = Math.max(e, -1074);
  return expInterval(BigInt(scaleByPower(x, -exponent)), exponent, context);
}

/**
 * e^((a[r, c] - max of row r) / sqrt(d_head)), every entry enclosed: numbers in [0, 1].
 * A common factor per row is free in every proof, and this one keeps float64 in range.
 */
export function expRows(a: DyadicMatrix, context: ExpContext): Enclosure {
  const lo = new Float64Array(a.values.length);
  const hi = new Float64Array(a.values.length);
  for (let r = 0; r < a.rows; r++) {
    let top = a.values[r * a.cols];
    for (let c = 1; c < a.cols; c++) {
      if (a.values[r * a.cols + c] > top) top = a.values[r * a.cols + c];
    }
    for (let c = 0; c < a.cols; c++) {
      const i = r * a.cols + c;
      [lo[i], hi[i]] = expInterval(a.values[i] - top, a.exponent, context);
    }
  }
  return { lo, hi };
}
