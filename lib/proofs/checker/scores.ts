/**
 * Checker: approximate attention scores A and the bound err on row differences of EQKE - A.
 *
 * EQKE = X0 X1 X2 X3 with X0 = Eq, X1 = W_Q, X2 = W_K^T, X3 = Ebar^T. Directions are untrusted: for
 * any vectors the sums below satisfy A + (product of the rests) = EQKE exactly.
 * @module
 */
import { expDouble } from "../arithmetic/exp.ts";
import { down, type Enclosure, exponentOf, scaleByPower, up } from "../arithmetic/interval.ts";
import {
  absTimesVector,
  addIntervals,
  type IntervalMatrix,
  multiplyIntervals as mul,
  pointMatrix,
  rowRanges,
  subtractIntervals,
  transposeIntervals as flip,
} from "../arithmetic/interval_matrix.ts";
import { spread } from "./evaluation_widths.ts";
import type { CheckTables } from "./tables.ts";

/** Ways to approximate, as certificates name them. */
export const SCORE_WAYS = [
  "exact_EQKE+max_diff_exact",
  "svd",
  "max_diff_exact",
  "max_diff",
  "mean+max_diff",
  "max_diff_subproduct",
  "mean+max_diff_subproduct",
  "max_diff_subproduct_recursive",
  "mean+max_diff_subproduct_recursive",
  "mean_recursive+max_diff_subproduct_recursive",
];

/** Hint vectors: [v] for the first four, [d_model] for the others. */
export type HintVectors = Record<string, number[]>;

/** Weights e^(A / sqrt(d_head)) up to a factor per row, and what err multiplies them by at most. */
export interface CheckedScores {
  weights: Enclosure;
  errUp: Float64Array;
  errDown: Float64Array;
}

/** Recomputes A and err for one way. */
export function checkedScores(T: CheckTables, way: string, hints: HintVectors): CheckedScores {
  const { v, context } = T;
  if (way === SCORE_WAYS[0]) {
    const one = new Float64Array(v).fill(1);
    return { weights: T.token, errUp: one, errDown: one };
  }
  const X = factors(T);
  const rankOne = SCORE_WAYS.indexOf(way) < 5;
  const { A, err } = rankOne ? rankOneScores(way, X, hints) : deflatedScores(way, X, hints);
  const safe = err.map((e) => e === e ? e : Infinity);
  const weights = rowExponentials(A, T);
  return {
    weights: T.widths ? spread(weights, T.widths.weight) : weights,
    errUp: safe.map((e) => expDouble(e, context)[1]),
    errDown: safe.map((e) => expDouble(-e, context)[0]),
  };
}

/** The query embedding Eq = E + P[K-1], [v, d]. */
export function queryRows({ model, K }: CheckTables): IntervalMatrix {
  return shifted(
    model.W_E,
    model.config.d_model,
    (c) => model.W_pos[(K - 1) * model.config.d_model + c],
  );
}

function shifted(E: Float32Array, d: number, row: (c: number) => number): IntervalMatrix {
  const rows = E.length / d;
  const added = Float64Array.from({ length: E.length }, (_, i) => row(i % d));
  return addIntervals(pointMatrix(E, rows, d), pointMatrix(added, rows, d));
}

function factors(T: CheckTables): IntervalMatrix[] {
  const { model, K } = T;
  const { d_model: d, d_head: h } = model.config;
  const mean = new Float64Array(d);
  for (let i = 0; i < K * d; i++) mean[i % d] += model.W_pos[i] / K;
  return [
    queryRows(T),
    pointMatrix(model.W_Q, d, h),
    flip(pointMatrix(model.W_K, d, h)),
    flip(shifted(model.W_E, d, (c) => mean[c])),
  ];
}

/** X - u (u^T X) and the part taken out. */
function without(X: IntervalMatrix, u: number[]): { rest: IntervalMatrix; part: IntervalMatrix } {
  const column = pointMatrix(u, X.rows, 1);
  const part = mul(column, mul(flip(column), X));
  return { rest: subtractIntervals(X, part), part };
}

function rankOneScores(
  way: string,
  [X0, X1, X2, X3]: IntervalMatrix[],
  { query, size }: HintVectors,
) {
  const L = mul(X0, X1), R = mul(X2, X3);
  const left = without(L, query), right = without(flip(R), size);
  const rightRest = flip(right.rest);
  const A = addIntervals(mul(left.part, R), mul(left.rest, flip(right.part)));
  const err = () => {
    switch (way) {
      case "max_diff_exact":
        return rowRanges(mul(left.rest, rightRest));
      case "max_diff":
        return absTimesVector(left.rest, rowRanges(rightRest));
      case "mean+max_diff":
        return centred(left.rest, [rightRest], rowRanges(rightRest));
      default: {
        const H = mul(mul(flip(left.rest), left.rest), mul(rightRest, flip(rightRest)));
        return new Float64Array(X0.rows).fill(up(up(up(Math.SQRT2) * radiusRoot(H))));
      }
    }
  };
  return { A, err: err() };
}

/** range(mean row of M times what follows) + |M - mean| ranges. */
function centred(M: IntervalMatrix, later: IntervalMatrix[], ranges: Float64Array): Float64Array {
  const mean = new Float64Array(M.cols);
  M.mid.forEach((x, i) => mean[i % M.cols] += x / M.rows);
  const row = pointMatrix(mean, 1, M.cols);
  const all = pointMatrix(Float64Array.from(M.mid, (_, i) => mean[i % M.cols]), M.rows, M.cols);
  const shared = rowRanges(later.reduce(mul, row))[0];
  return absTimesVector(subtractIntervals(M, all), ranges).map((x) => up(shared + x));
}

function deflatedScores(way: string, X: IntervalMatrix[], hints: HintVectors) {
  const [X0, X1, X2, X3] = X;
  const M0 = without(without(X0, hints.query).rest, hints.query2).rest;
  const M1 = without(X1, hints.W_Q_U).rest;
  const M2 = flip(without(flip(X2), hints.W_K_U).rest);
  const M3 = flip(without(without(flip(X3), hints.size).rest, hints.size2).rest);
  // The parts taken out, as products of thin matrices: differences X - M would cancel.
  const Y0 = addIntervals(
    without(X0, hints.query).part,
    without(without(X0, hints.query).rest, hints.query2).part,
  );
  const last = without(flip(X3), hints.size);
  const Y3 = flip(addIntervals(last.part, without(last.rest, hints.size2).part));
  const Y1 = without(X1, hints.W_Q_U).part, Y2 = flip(without(flip(X2), hints.W_K_U).part);
  const chain = (list: IntervalMatrix[]) => list.reduce(mul);
  const A = [
    chain([Y0, X1, X2, X3]),
    chain([M0, Y1, X2, X3]),
    chain([M0, M1, Y2, X3]),
    chain([M0, M1, M2, Y3]),
  ].reduceRight((sum, term) => addIntervals(sum, term));
  return { A, err: deflatedError(way, [M0, M1, M2, M3]) };
}

function deflatedError(way: string, M: IntervalMatrix[]): Float64Array {
  const [M0, M1, M2, M3] = M;
  const r3 = rowRanges(M3);
  const r1 = () => absTimesVector(M1, absTimesVector(M2, r3));
  switch (way) {
    case "max_diff_subproduct_recursive":
      return absTimesVector(M0, r1());
    case "mean+max_diff_subproduct_recursive":
      return centred(M0, [M1, M2, M3], r1());
    case "mean_recursive+max_diff_subproduct_recursive":
      return centred(M0, [M1, M2, M3], centred(M1, [M2, M3], centred(M2, [M3], r3)));
  }
  const right = [mul(mul(M1, M2), M3), mul(M2, M3), M3];
  const left = [M0, mul(M0, M1), mul(M0, mul(M1, M2))];
  const bounds = left.map((L, n) =>
    way === "max_diff_subproduct"
      ? absTimesVector(L, rowRanges(right[n]))
      : centred(L, [right[n]], rowRanges(right[n]))
  );
  return bounds[0].map((x, q) => Math.min(x, bounds[1][q], bounds[2][q]));
}

/** Upper bound of the square root of the spectral radius: rho(H)^256 <= norm of H^256. */
function radiusRoot(H: IntervalMatrix): number {
  const exponents: number[] = [];
  let norm = rowSumNorm(H);
  for (let n = 0; n < 8; n++) {
    if (!(norm < Infinity)) return Infinity;
    const e = norm < 1e-290 ? -960 : exponentOf(norm);
    exponents.push(e);
    const scaled = {
      ...H,
      mid: H.mid.map((x) => scaleByPower(x, -e)),
      rad: H.rad.map((x) => up(scaleByPower(x, -e)) + 1e-300),
    };
    H = mul(scaled, scaled);
    norm = rowSumNorm(H);
  }
  if (!(norm < Infinity)) return Infinity;
  while (exponents.length > 0) norm = up(scaleByPower(up(Math.sqrt(norm)), exponents.pop()!));
  return up(Math.sqrt(norm));
}

function rowSumNorm(a: IntervalMatrix): number {
  const sums = new Float64Array(a.rows);
  a.mid.forEach((x, i) => sums[Math.floor(i / a.cols)] += Math.abs(x) + a.rad[i]);
  const norm = sums.reduce((top, x) => x > top || x !== x ? x : top, 0);
  return norm === norm ? norm * (1 + 1e-12) : Infinity;
}

function rowExponentials(A: IntervalMatrix, { context }: CheckTables): Enclosure {
  const lo = new Float64Array(A.mid.length), hi = new Float64Array(A.mid.length);
  for (let r = 0; r < A.rows; r++) {
    const top = A.mid.subarray(r * A.cols, (r + 1) * A.cols).reduce((a, b) => Math.max(a, b));
    for (let i = r * A.cols; i < (r + 1) * A.cols; i++) {
      const x = A.mid[i] - top;
      const radius = up(up(A.rad[i]) + Math.abs(x) * 1.2e-16);
      const [low, high] = expDouble(x, context);
      const [, factor] = expDouble(radius, context);
      lo[i] = Math.max(0, down(low / factor)) || 0;
      hi[i] = up(high * factor);
      if (hi[i] !== hi[i]) hi[i] = Infinity;
    }
  }
  return { lo, hi };
}
