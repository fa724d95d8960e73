/**
 * Outward rounding of float64 results.
 *
 * JavaScript numbers are IEEE doubles, rounded to nearest, with subnormals and never fused. So the
 * true result of one +, -, *, / or Math.sqrt lies between down(x) and up(x), where x is the
 * computed one: each moves by at least one double and at most two ulps. A NaN stays NaN, and NaN
 * certifies nothing.
 * @module
 */

/** An enclosure of many real numbers: lo[i] <= value[i] <= hi[i]. */
export interface Enclosure {
  /** What no entry lies below. */
  lo: Float64Array;
  /** What no entry lies above. */
  hi: Float64Array;
}

const HALF_ULP = 1.1102230246251568e-16;
const SMALLEST = 5e-324;

/** An upper bound of the real number whose nearest double is x. */
export function up(x: number): number {
  return x + ((x < 0 ? -x : x) * HALF_ULP + SMALLEST);
}

/** A lower bound of the real number whose nearest double is x. */
export function down(x: number): number {
  return x - ((x < 0 ? -x : x) * HALF_ULP + SMALLEST);
}

/** Upper end of c · w for a number c and a weight w in [lo, hi] with lo >= 0. */
export function timesWeightUp(c: number, lo: number, hi: number): number {
  return up(c >= 0 ? c * hi : c * lo);
}

/** Lower end of c · w for a number c and a weight w in [lo, hi] with lo >= 0. */
export function timesWeightDown(c: number, lo: number, hi: number): number {
  return down(c >= 0 ? c * lo : c * hi);
}

/** The bits of one double: made once, since the two functions below run millions of times. */
const bits = new DataView(new ArrayBuffer(8));

/** 2^e for an integer e in [-1022, 1023], built from its bits. */
export function powerOfTwo(e: number): number {
  bits.setUint32(0, (e + 1023) << 20);
  bits.setUint32(4, 0);
  return bits.getFloat64(0);
}

/** x · 2^e, with one rounding (two where the result is subnormal). */
export function scaleByPower(x: number, e: number): number {
  if (x === 0) return x;
  for (; e > 1000; e -= 1000) x *= powerOfTwo(1000);
  for (; e < -1000; e += 1000) x *= powerOfTwo(-1000);
  return x * powerOfTwo(e);
}

/** The exponent e with 2^e <= |x| < 2^(e+1), for a positive normal x. */
export function exponentOf(x: number): number {
  bits.setFloat64(0, x);
  return ((bits.getUint32(0) >>> 20) & 0x7ff) - 1023;
}
