/**
 * What is left of the attention scores after the understood directions are taken out, and whether
 * it is noise.
 * @module
 */
import { stream } from "../../numerics/random.ts";
import { ATTENTION_ERRORS, scoreBound } from "../subcubic/attention_error.ts";
import { findDirections, plainFactors } from "../tables/directions.ts";
import {
  type Matrix,
  multiply,
  removeDirection,
  svd,
  transpose,
} from "../../numerics/linear_algebra.ts";
import { moments } from "../../numerics/statistics.ts";
import type { MaxOfKModel } from "../max_of_k.ts";
import { makeTables } from "../tables/folded.ts";

/** Scores [v, v] and factors after deflation; names as in arXiv 2406.11779. */
export type DeflatedScores = {
  EQKE: Matrix;
  /** Query and size direction out, then the second ones, then W_Q's and W_K's. */
  afterFirst: Matrix;
  afterSecond: Matrix;
  EQKE_err: Matrix;
  factors: { Eq: Matrix; W_Q: Matrix; W_K: Matrix; Ebar: Matrix };
};

/**
 * Takes the understood directions out of a model's attention circuit, one after another (the
 * figures say: peels).
 */
export function deflateScores(model: MaxOfKModel): DeflatedScores {
  const plain = plainFactors(model);
  const { query, size, query2, size2, W_Q_U, W_K_U } = findDirections(plain);
  const scores = (Eq: Matrix, Q: Matrix, K: Matrix, Ebar: Matrix) =>
    multiply(multiply(Eq, Q), transpose(multiply(Ebar, K)));
  const { Eq, W_Q, W_K, Ebar } = plain;
  const Eq1 = removeDirection(Eq, query), Ebar1 = removeDirection(Ebar, size);
  const Eq2 = removeDirection(Eq1, query2), Ebar2 = removeDirection(Ebar1, size2);
  const Q2 = removeDirection(W_Q, W_Q_U), K2 = removeDirection(W_K, W_K_U);
  return {
    EQKE: scores(Eq, W_Q, W_K, Ebar),
    afterFirst: scores(Eq1, W_Q, W_K, Ebar1),
    afterSecond: scores(Eq2, W_Q, W_K, Ebar2),
    EQKE_err: scores(Eq2, Q2, K2, Ebar2),
    factors: { Eq: Eq2, W_Q: Q2, W_K: K2, Ebar: Ebar2 },
  };
}

/** The largest range of a row: max - min. */
export function largestRowRange({ rows, cols, data }: Matrix): number {
  let top = 0;
  for (let r = 0; r < rows; r++) {
    let low = Infinity, high = -Infinity;
    for (let c = 0; c < cols; c++) {
      low = Math.min(low, data[r * cols + c]);
      high = Math.max(high, data[r * cols + c]);
    }
    top = Math.max(top, high - low);
  }
  return top;
}

/** How far EQKE_err is from noise. */
export type NoiseTest = {
  /** Largest row range and largest entry of EQKE_err. */
  range: number;
  entry: number;
  /**
   * The range for factors with shuffled entries, and with normal entries of equal mean and
   * deviation.
   */
  shuffled: number[];
  normal: number[];
  /** The largest err[q] of each attention error handling. */
  bounds: Record<string, number>;
};

/** Compares the residual with `draws` products of structureless factors of each kind. */
export function noiseTest(
  model: MaxOfKModel,
  { seed, draws = 100 }: { seed: number; draws?: number },
): NoiseTest {
  const { factors: { Eq, W_Q, W_K, Ebar }, EQKE_err } = deflateScores(model);
  const product = (change: (matrix: Matrix) => Matrix) =>
    largestRowRange(
      multiply(
        multiply(change(Eq), change(W_Q)),
        transpose(multiply(change(Ebar), change(W_K))),
      ),
    );
  const random = stream(seed, "noise test");
  const shuffle = (matrix: Matrix) => ({ ...matrix, data: random.shuffle(matrix.data.slice()) });
  const normal = (matrix: Matrix) => {
    const { mean, sd } = moments(matrix.data);
    return { ...matrix, data: matrix.data.map(() => mean + sd * random.normal()) };
  };
  const tables = makeTables(model), directions = findDirections(plainFactors(model));
  const handled = ATTENTION_ERRORS.filter((name) => name !== "exact_EQKE+max_diff_exact");
  return {
    range: largestRowRange(EQKE_err),
    entry: EQKE_err.data.reduce((top, x) => Math.max(top, Math.abs(x)), 0),
    shuffled: Array.from({ length: draws }, () => product(shuffle)),
    normal: Array.from({ length: draws }, () => product(normal)),
    bounds: Object.fromEntries(handled.map((name) => [
      name,
      Math.max(...scoreBound(tables, name, { directions, flops: { total: 0 } }).err),
    ])),
  };
}

/**
 * sqrt(2) times: sigma1 of the residual, the product of its factors' sigma1, and of their Frobenius
 * norms.
 */
export type NormBounds = { sigma1: number; norms: number; frobenius: number };

/** Bounds on a row's range by norms alone: of EQKE_err, and of its four factors. */
export function normBounds(model: MaxOfKModel): NormBounds {
  const { factors, EQKE_err } = deflateScores(model);
  const product = (norm: (S: number[]) => number) =>
    Object.values(factors).reduce((total, matrix) => total * norm([...svd(matrix).S]), Math.SQRT2);
  return {
    sigma1: Math.SQRT2 * svd(EQKE_err).S[0],
    norms: product(([first]) => first),
    frobenius: product((S) => Math.hypot(...S)),
  };
}
