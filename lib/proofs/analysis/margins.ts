/**
 * How close the answers are: every sequence's margin, and how many of them each arithmetic would
 * leave undecided.
 *
 * Margin: |logit[m] - max_{x != m} logit[x]| for maximum m. A-priori bounds follow the forward pass
 * step by step with gamma_n = n u / (1 - n u) (Higham, "Accuracy and Stability of Numerical
 * Algorithms", 3.1), to first order.
 * @module
 */
import { plainFactors } from "../tables/directions.ts";
import { addScaled, type Matrix, multiply, transpose } from "../../numerics/linear_algebra.ts";
import type { MaxOfKModel } from "../max_of_k.ts";
import type { PlainModel } from "./plain_model.ts";

/** Sequences whose margin (in logits) is at most each of `thresholds`, out of v^K. */
export type Margins = {
  smallest: number;
  thresholds: number[];
  counts: number[];
  /** A-priori bounds on the error of a margin, and how many sequences they leave undecided. */
  apriori: { arithmetic: string; bound: number; undecided: number }[];
};

const THRESHOLDS = [1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1];

/** Enumerates v^K margins in plain float64. */
export function countMargins(model: MaxOfKModel, plain: PlainModel): Margins {
  const apriori = [["float32", 2 ** -24], ["float64", 2 ** -53]] as const;
  const bounds = apriori.map(([, u]) => forwardError(model, u));
  const limits = Float64Array.from([...THRESHOLDS, ...bounds]);
  const counts = new Float64Array(limits.length);
  const largest = Math.max(...limits);
  let smallest = Infinity;
  everyMargin(plain, (margin) => {
    if (margin < smallest) smallest = margin;
    if (margin > largest) return;
    for (let i = 0; i < limits.length; i++) if (margin <= limits[i]) counts[i]++;
  });
  return {
    smallest,
    thresholds: THRESHOLDS,
    counts: [...counts.subarray(0, THRESHOLDS.length)],
    apriori: apriori.map(([arithmetic], i) => ({
      arithmetic: `${arithmetic} forward pass`,
      bound: bounds[i],
      undecided: counts[THRESHOLDS.length + i],
    })),
  };
}

/** Calls `visit` with each sequence's margin; sums of prefixes are shared. */
function everyMargin(
  { v, K, weights, moved, EU }: PlainModel,
  visit: (margin: number) => void,
): void {
  const F = K - 1;
  const sums = Array.from({ length: K }, () => new Float64Array(v));
  function place(i: number, { q, m, total }: { q: number; m: number; total: number }): void {
    const from = sums[i];
    const last = i === F - 1;
    for (let t = 0; t < v; t++) {
      const w = weights[(q * K + i) * v + t], row = (i * v + t) * v, all = total + w;
      const top = t > m ? t : m;
      if (!last) {
        const to = sums[i + 1];
        for (let x = 0; x < v; x++) to[x] = from[x] + w * (moved[row + x] + EU[q * v + x]);
        place(i + 1, { q, m: top, total: all });
        continue;
      }
      let best = -Infinity, own = 0;
      for (let x = 0; x < v; x++) {
        const logit = from[x] + w * (moved[row + x] + EU[q * v + x]);
        if (x === top) own = logit;
        else if (logit > best) best = logit;
      }
      visit(Math.abs(own - best) / all);
    }
  }
  for (let q = 0; q < v; q++) {
    const w = weights[(q * K + F) * v + q];
    for (let x = 0; x < v; x++) sums[0][x] = w * (moved[(F * v + q) * v + x] + EU[q * v + x]);
    place(0, { q, m: q, total: w });
  }
}

/**
 * How far a forward pass in an arithmetic of unit roundoff u can be off in a difference of two
 * logits.
 */
export function forwardError(model: MaxOfKModel, u: number): number {
  const { d_model: d, d_head: h, n_ctx: K } = model.config;
  const gamma = (n: number) => n * u / (1 - n * u);
  const { E, P, Eq, W_Q, W_K, W_V, W_O, W_U } = plainFactors(model);
  const inputs = everyInput(E, P);
  const times = (a: Matrix, b: Matrix) => multiply(sizes(a), sizes(b));
  // x = E + P is rounded once; a product of d terms d times.
  const rounded = (x: Matrix, W: Matrix) => scaled(times(x, W), gamma(d + 1));
  const queries = multiply(Eq, W_Q), keys = multiply(inputs, W_K), values = multiply(inputs, W_V);
  const against = (a: Matrix, b: Matrix) => multiply(sizes(a), transpose(sizes(b)));
  const score = (largest(against(rounded(Eq, W_Q), keys)) +
    largest(against(queries, rounded(inputs, W_K))) +
    gamma(h + 2) * largest(against(queries, keys))) / Math.sqrt(h);
  // A weight is off by twice the score's error, the exponential, the sum and the division.
  const weight = Math.expm1(2 * score) + gamma(2 * K + 8);
  const z = columnMaxima(values);
  const mixed = addScaled(columnMaxima(rounded(inputs, W_V)), z, weight);
  const moved = addScaled(times(mixed, W_O), times(z, W_O), gamma(h));
  const residual = addScaled(columnMaxima(inputs), times(z, W_O));
  const logit = addScaled(times(moved, W_U), times(residual, W_U), gamma(d + 2));
  return 2 * largest(logit);
}

/** E[t] + P[i] for every token and position: [v * K, d]. */
function everyInput(E: Matrix, P: Matrix): Matrix {
  const rows = E.rows * P.rows, d = E.cols;
  const data = Float64Array.from({ length: rows * d }, (_, n) => {
    const row = Math.floor(n / d), c = n % d;
    return E.data[Math.floor(row / P.rows) * d + c] + P.data[(row % P.rows) * d + c];
  });
  return { rows, cols: d, data };
}

function sizes(a: Matrix): Matrix {
  return { ...a, data: a.data.map(Math.abs) };
}

function scaled(a: Matrix, factor: number): Matrix {
  return { ...a, data: a.data.map((x) => factor * x) };
}

/** The largest absolute value of each column: [1, cols]. */
function columnMaxima(a: Matrix): Matrix {
  const top = new Float64Array(a.cols);
  a.data.forEach((x, i) => top[i % a.cols] = Math.max(top[i % a.cols], Math.abs(x)));
  return { rows: 1, cols: a.cols, data: top };
}

function largest({ data }: Matrix): number {
  return data.reduce((top, x) => Math.max(top, x), 0);
}
