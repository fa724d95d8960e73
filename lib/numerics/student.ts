/** Student's t distribution in float64: its tail, and a fit to values that are centred at zero. @module */
import { exactly, expectForm, number } from "../io/form.ts";
import { expectNumbers } from "./numbers.ts";

/** The degrees of freedom need not be whole. `scale`: of the values, as a standard deviation is. */
export type Student = { df: number; scale: number };

/**
 * P(T >= t), to some 1e-12 of itself; Cauchy's distribution at df 1, near the normal one at 1e5.
 *
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import { studentTail } from "./student.ts";
 * assertAlmostEquals(studentTail(1, { df: 1 }), 0.25, 1e-12);
 * ```
 */
export function studentTail(t: number, { df, scale = 1 }: { df: number; scale?: number }): number {
  expectForm("take a tail of Student's t", { df, scale }, STUDENT);
  if (t < 0) return 1 - studentTail(-t, { df, scale });
  const ratio = (t / scale) ** 2;
  return incompleteBeta(df / (df + ratio), df / 2) / 2;
}

/**
 * The t that a share `p` of draws stays below, to 1e-9 of itself; 0 < p < 1.
 *
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import { studentQuantile } from "./student.ts";
 * assertAlmostEquals(studentQuantile(0.975, { df: 9 }), 2.262157, 1e-6);
 * ```
 */
export function studentQuantile(p: number, { df }: { df: number }): number {
  expectForm("take a quantile of Student's t", { p }, QUANTILE);
  if (p < 0.5) return -studentQuantile(1 - p, { df });
  let [low, high] = [0, 1];
  while (studentTail(high, { df }) > 1 - p) [low, high] = [high, 2 * high];
  while (high - low > 1e-9 * high) {
    const middle = (low + high) / 2;
    if (studentTail(middle, { df }) > 1 - p) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

const QUANTILE = exactly({ p: number({ above: 0, below: 1 }) });

const STUDENT = exactly({ df: number({ above: 0 }), scale: number({ above: 0 }) });

/** The density at t. */
export function studentDensity(t: number, { df, scale }: Student): number {
  return Math.exp(logConstant(df, scale ** 2) - (df + 1) / 2 * Math.log1p((t / scale) ** 2 / df));
}

/** Degrees of freedom that are tried: from tails as Cauchy's to nearly normal ones. */
const DF = [1, 1.5, 2, 3, 4, 6, 8, 12, 20, 40, 100];

/**
 * The t distribution of greatest likelihood among eleven degrees of freedom; its scale by the EM
 * algorithm of Lange, Little and Taylor (1989). Throws where half of the values are zero.
 */
export function fitStudent(values: ArrayLike<number>): Student {
  const action = "fit Student's t";
  expectNumbers(action, values);
  const squares = Float64Array.from(values, (value) => value * value);
  const middle = Float64Array.from(squares).sort()[squares.length >> 1];
  if (!(middle > 0)) {
    throw new RangeError(
      `Cannot ${action}: expected values of which most are not 0 but found ${values.length}, their ` +
        `median square ${middle}: are two runs the same one?`,
    );
  }
  const fits = DF.map((df) => scaleAt(df, squares, middle));
  return fits.reduce((best, fit) => fit.likelihood > best.likelihood ? fit : best);
}

function scaleAt(df: number, squares: Float64Array, start: number) {
  let variance = start;
  for (let turn = 0; turn < 200; turn++) {
    const next = squares.reduce((sum, s) => sum + s * (df + 1) / (df + s / variance), 0) /
      squares.length;
    const still = Math.abs(next - variance) < 1e-7 * variance;
    variance = next;
    if (still) break;
  }
  const constant = logConstant(df, variance);
  const likelihood = squares.reduce(
    (sum, s) => sum + constant - (df + 1) / 2 * Math.log1p(s / (df * variance)),
    0,
  );
  return { df, scale: Math.sqrt(variance), likelihood };
}

/** The logarithm of the density at 0. */
function logConstant(df: number, variance: number): number {
  return logGamma((df + 1) / 2) - logGamma(df / 2) - Math.log(Math.PI * df * variance) / 2;
}

/** The regularised incomplete beta function I_x(a, 1/2), by the side whose fraction converges. */
function incompleteBeta(x: number, a: number): number {
  if (x === 0 || x === 1) return x;
  const front = Math.exp(
    logGamma(a + 0.5) - logGamma(a) - logGamma(0.5) + a * Math.log(x) + 0.5 * Math.log1p(-x),
  );
  return x < (a + 1) / (a + 2.5)
    ? front * betaFraction(x, a, 0.5) / a
    : 1 - front * betaFraction(1 - x, 0.5, a) / 0.5;
}

/** The continued fraction of DLMF 8.17.22, by Lentz's method. */
function betaFraction(x: number, a: number, b: number): number {
  const tiny = 1e-300, safe = (value: number) => Math.abs(value) < tiny ? tiny : value;
  let c = 1, d = 1 / safe(1 - (a + b) * x / (a + 1)), fraction = d;
  for (let m = 1; m < 1000; m++) {
    for (
      const term of [
        m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
        -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
      ]
    ) {
      d = 1 / safe(1 + term * d);
      c = safe(1 + term / c);
      fraction *= c * d;
    }
    if (Math.abs(c * d - 1) < 1e-15) break;
  }
  return fraction;
}

/** Lanczos' series with the coefficients of Godfrey (g = 7, n = 9), to 1e-14. */
const LANCZOS = [
  ...[676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059],
  ...[12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7],
];

/** log Γ(x), x > 0. */
function logGamma(x: number): number {
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x);
  const t = x + 6.5;
  const sum = LANCZOS.reduce((sum, c, i) => sum + c / (x + i), 0.99999999999980993);
  return 0.5 * Math.log(2 * Math.PI) + (x - 0.5) * Math.log(t) - t + Math.log(sum);
}
