/**
 * Checker: nonlinearities in float64 with proved errors.
 *
 * Each value(x) is within slack |x| + 1e-300 of the real function at x. With u = 2^-53:
 *
 *   gelu_new(x) = x / (1 + e^v), v = -2 √(2/π) (x + 0.044715 x³). v is wrong by less than 8 u |v| and
 *     the exponential by 8 u, which moves 1 / (1 + e^v) by less than 8 u (1/4 + 0.224), since
 *     e^v |v| / (1 + e^v)² <= 0.224; the addition and the division add 2 u: below 6 u |x|.
 *   gelu(x) = x (1/2 + Q), Q = pdf(x) Σ x^(2n+1) / (2n+1)!!, all terms of one sign. For |x| <= 8.5 it
 *     has at most 160 terms, term n wrong by 3 n u of itself, the sum by 160 u, pdf by (x² + 12) u, and
 *     |Q| <= 1/2: below 370 u |x|. Beyond, 1/2 - |Q| < 1e-17.
 *
 * steepest >= max |φ′| and osc >= max φ′ - min φ′. For both GELUs φ′(-x) = 1 - φ′(x), so osc = 2 max φ′ - 1.
 * gelu: φ″ = pdf(x) (2 - x²), hence the maximum is at √2: 1.12890415. gelu_new: 1.12899307, enclosed
 * piece by piece in the tests. Derived here.
 * @module
 */
import { EXP_RANGE, expDoubleNear } from "../../../proofs/arithmetic/exp_double.ts";

/** A nonlinearity that can stand in a proof. */
export type ProvenActivation = {
  /** φ(x), within slack |x| + 1e-300. */
  value(x: number): number;
  slack: number;
  /** At least the largest |φ′|. */
  steepest: number;
  /** At least max φ′ - min φ′. */
  osc: number;
};

/** By the names of transformers. */
export const PROVEN: Record<"relu" | "gelu_new" | "gelu", ProvenActivation> = {
  relu: { value: (x) => x > 0 ? x : 0, slack: 0, steepest: 1, osc: 1 },
  gelu_new: { value: geluTanh, slack: 1e-15, steepest: 1.129, osc: 1.258 },
  gelu: { value: geluErf, slack: 5e-14, steepest: 1.129, osc: 1.2579 },
};

/** -2 √(2/π), and that times 0.044715: each within 3 u of itself. */
const LINEAR = -1.5957691216057308;
const CUBIC = LINEAR * 0.044715;

function geluTanh(x: number): number {
  const v = x * (LINEAR + CUBIC * (x * x));
  if (!(v <= EXP_RANGE)) return v !== v ? NaN : 0; // x e^-700 < 1e-300 for any x that gets here
  return v < -EXP_RANGE ? x : x / (1 + expDoubleNear(v));
}

/** 1 / √(2π), within u of itself. */
const PDF_0 = 0.3989422804014327;

function geluErf(x: number): number {
  const size = Math.abs(x);
  if (!(size <= 8.5)) return x !== x ? NaN : x > 0 ? x : 0;
  const square = x * x;
  let term = size, sum = size;
  // Each further term is at most half of the one before, once it is small: what is left is below it.
  for (let n = 3; term > 1e-18 * sum; n += 2) {
    term *= square / n;
    sum += term;
  }
  const Q = PDF_0 * expDoubleNear(-square / 2) * sum;
  return x * (x >= 0 ? 0.5 + Q : 0.5 - Q);
}
