/**
 * Part one of a subcubic proof: approximate attention scores A and a bound of what A leaves out.
 *
 *   |(EQKE - A)[q,i] - (EQKE - A)[q,j]| <= err[q]   for all i, j
 *
 * Ten published ways. Rank-one ways keep a query and a size direction, peeled ways take further directions
 * out of each factor. The vectors are hints: with all cross terms kept, A + R = EQKE holds exactly for any.
 * Everything is an interval; the mean position that Ebar = E + Pbar adds may be any vector too.
 * @module
 */
import { expDouble } from "./arithmetic/exp.ts";
import { down, type Enclosure, exponentOf, scaleByPower, up } from "./arithmetic/interval.ts";
import {
  absTimesVector,
  addIntervals,
  type IntervalMatrix,
  multiplyIntervals,
  pointMatrix,
  rowRanges,
  subtractIntervals,
  transposeIntervals,
} from "./arithmetic/interval_matrix.ts";
import type { Directions } from "./directions.ts";
import { type Flops, matmulFlops } from "./flops.ts";
import { countTables, type ProofTables } from "./tables.ts";

/** The names of the reference implementation. */
export const ATTENTION_ERRORS = [
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
] as const;
export type AttentionError = typeof ATTENTION_ERRORS[number];

/** Scores as exponentials, and the error as factors on differences of scores. */
export interface AttentionBound {
  /** e^((A[q,t] - shift_q) / sqrt(d_head)): [v, v]. */
  weights: Enclosure;
  /** Upper bounds err[q]: [v]. */
  err: Float64Array;
  /** Upper end of e^(err / sqrt(d_head)) and lower end of e^(-err / sqrt(d_head)): [v]. */
  errUp: Float64Array;
  errDown: Float64Array;
}

/** A and err for one way; counts its operations. */
export function attentionBound(
  tables: ProofTables,
  name: AttentionError,
  { directions, flops }: { directions: Directions; flops: Flops },
): AttentionBound {
  const { v } = tables;
  if (name === "exact_EQKE+max_diff_exact") {
    countTables(flops, tables, ["EQK"]);
    const one = new Float64Array(v).fill(1);
    return { weights: tables.expEQK, err: new Float64Array(v), errUp: one, errDown: one };
  }
  const { A, err } = scoreBound(tables, name, { directions, flops });
  flops.total += 3 * v * v + v;
  // An err that is not a number bounds nothing.
  const bound = err.map((e) => e === e ? e : Infinity);
  return {
    weights: exponentials(A, tables),
    err: bound,
    errUp: bound.map((e) => expDouble(e, tables.context)[1]),
    errDown: bound.map((e) => expDouble(-e, tables.context)[0]),
  };
}

/** A and err as intervals, for any way but the exact one. */
export function scoreBound(
  tables: ProofTables,
  name: AttentionError,
  { directions, flops }: { directions: Directions; flops: Flops },
): ScoreBound {
  const product = new Counted(flops);
  const factors = scoreFactors(tables, product);
  return isRankOne(name)
    ? rankOne(name, factors, { directions, product })
    : peeled(name, factors, { directions, product });
}

/** Interval operations that count themselves. */
class Counted {
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

/** The four factors of EQKE: Eq [v,d], W_Q [d,h], W_K^T [h,d], Ebar^T [d,v]. */
interface ScoreFactors {
  Eq: IntervalMatrix;
  Q: IntervalMatrix;
  Kt: IntervalMatrix;
  EbarT: IntervalMatrix;
}

function scoreFactors({ model }: ProofTables, product: Counted): ScoreFactors {
  const { d_vocab: v, d_model: d, d_head: h, n_ctx: K } = model.config;
  const mean = new Float64Array(d);
  model.W_pos.forEach((x, i) => mean[i % d] += x / K);
  const E = pointMatrix(model.W_E, v, d);
  const row = (value: (c: number) => number) =>
    pointMatrix(Float64Array.from({ length: v * d }, (_, i) => value(i % d)), v, d);
  return {
    Eq: product.plus(E, row((c) => model.W_pos[(K - 1) * d + c])),
    Q: pointMatrix(model.W_Q, d, h),
    Kt: transposeIntervals(pointMatrix(model.W_K, d, h)),
    EbarT: transposeIntervals(product.plus(E, row((c) => mean[c]))),
  };
}

type RankOne = "svd" | "max_diff_exact" | "max_diff" | "mean+max_diff";

function isRankOne(name: AttentionError): name is RankOne {
  return ["svd", "max_diff_exact", "max_diff", "mean+max_diff"].includes(name);
}

/** A [v, v] and upper bounds err [v]. */
export interface ScoreBound {
  A: IntervalMatrix;
  err: Float64Array;
}

/** With L = Eq W_Q and T = W_K^T Ebar^T: A = u (u^T L) T + (Ar T s) s^T, R = Ar Br, for any u and s. */
function rankOne(
  name: RankOne,
  { Eq, Q, Kt, EbarT }: ScoreFactors,
  { directions, product }: { directions: Directions; product: Counted },
): ScoreBound {
  const L = product.times(Eq, Q), T = product.times(Kt, EbarT);
  const u = pointMatrix(directions.query, L.rows, 1);
  const s = pointMatrix(directions.size, T.cols, 1), sT = transposeIntervals(s);
  const uL = product.times(transposeIntervals(u), L), Ts = product.times(T, s);
  const Ar = product.minus(L, product.times(u, uL));
  const Br = product.minus(T, product.times(Ts, sT));
  const A = product.plus(
    product.times(u, product.times(uL, T)),
    product.times(product.times(Ar, Ts), sT),
  );
  return { A, err: rankOneError(name, Ar, { Br, product }) };
}

function rankOneError(
  name: RankOne,
  Ar: IntervalMatrix,
  { Br, product }: { Br: IntervalMatrix; product: Counted },
): Float64Array {
  switch (name) {
    case "max_diff_exact":
      return product.ranges(product.times(Ar, Br));
    case "max_diff":
      return product.absTimes(Ar, product.ranges(Br));
    case "mean+max_diff":
      return meanDiff(Ar, Br, product);
    case "svd": {
      const H = product.times(
        product.times(transposeIntervals(Ar), Ar),
        product.times(Br, transposeIntervals(Br)),
      );
      const bound = up(up(Math.SQRT2) * Math.sqrt(spectralRadius(H, product)) * (1 + 1e-15));
      return new Float64Array(Ar.rows).fill(bound);
    }
  }
}

/** range(mean left row · right) + sum_c |left - mean| range(right row c). */
function meanDiff(left: IntervalMatrix, right: IntervalMatrix, product: Counted): Float64Array {
  const { mean, rest } = product.center(left);
  const shared = product.ranges(product.times(mean, right))[0];
  return product.absTimes(rest, product.ranges(right)).map((x) => up(x + shared));
}

/** Squarings of spectralRadius: n = 2^8 is 0.2 % above the true radius on trained models. */
const SQUARINGS = 8;

/** Upper bound of the spectral radius of H: (norm_inf of H^n)^(1/n), rescaled between squarings. */
function spectralRadius(H: IntervalMatrix, product: Counted): number {
  const scales: number[] = [];
  let power = H;
  for (let n = 0;; n++) {
    const norm = infinityNorm(power);
    if (norm === 0) return unwind(0, scales);
    if (!(norm < Infinity)) return Infinity;
    const e = norm < 1e-290 ? -960 : exponentOf(norm);
    if (n === SQUARINGS) return unwind(norm, scales);
    scales.push(e);
    const scale = (x: number) => up(scaleByPower(x, -e));
    const mid = power.mid.map((x) => scaleByPower(x, -e));
    // A rescaled middle is exact unless it is tiny; 1e-300 covers that.
    const scaled = { ...power, mid, rad: power.rad.map((x) => scale(x) + 1e-300) };
    power = product.times(scaled, scaled);
  }
}

/** rho(H_k) <= sqrt(2^(2 e_k) norm of the next): back through the scales. */
function unwind(norm: number, scales: number[]): number {
  return scales.reduceRight((r, e) => up(scaleByPower(up(Math.sqrt(r)), e)), norm);
}

function infinityNorm(a: IntervalMatrix): number {
  let norm = 0;
  for (let r = 0; r < a.rows; r++) {
    let sum = 0;
    for (let i = r * a.cols; i < (r + 1) * a.cols; i++) sum += Math.abs(a.mid[i]) + a.rad[i];
    norm = sum > norm || sum !== sum ? sum * (1 + 1e-12) : norm;
  }
  return norm === norm ? norm : Infinity;
}

/** X_j = Y_j + M_j with Y_j of rank one or two: A is the telescope of the products with one Y_j. */
function peeled(
  name: AttentionError,
  { Eq, Q, Kt, EbarT }: ScoreFactors,
  { directions, product }: { directions: Directions; product: Counted },
): ScoreBound {
  const first = peelTwice(Eq, [directions.query, directions.query2], product);
  const last = peelTwice(transposeIntervals(EbarT), [directions.size, directions.size2], product);
  const w = pointMatrix(directions.W_Q_U, Q.rows, 1), k = pointMatrix(directions.W_K_U, Q.rows, 1);
  const kT = transposeIntervals(k);
  const wQ = product.times(transposeIntervals(w), Q), Kk = product.times(Kt, k);
  const M0 = first.rest, M3 = transposeIntervals(last.rest);
  const M1 = product.minus(Q, product.times(w, wQ));
  const M2 = product.minus(Kt, product.times(Kk, kT));
  const coefficientsT = transposeIntervals(last.coefficients);
  const chain = (...factors: IntervalMatrix[]) => factors.reduce((a, b) => product.times(a, b));
  const chainRight = (...factors: IntervalMatrix[]) =>
    factors.reduceRight((b, a) => product.times(a, b));
  const terms = [
    product.times(first.vectors, chain(first.coefficients, Q, Kt, EbarT)),
    product.times(product.times(M0, w), chain(wQ, Kt, EbarT)),
    product.times(chainRight(M0, M1, Kk), product.times(kT, EbarT)),
    product.times(chainRight(M0, M1, M2, coefficientsT), transposeIntervals(last.vectors)),
  ];
  const A = terms.reduce((a, b) => product.plus(a, b));
  return { A, err: peeledError(name, [M0, M1, M2, M3], product) };
}

/** Takes two directions out of the rows of X, one after the other. */
function peelTwice(X: IntervalMatrix, [one, two]: number[][], product: Counted) {
  const take = (from: IntervalMatrix, u: number[]) => {
    const column = pointMatrix(u, from.rows, 1);
    const coefficients = product.times(transposeIntervals(column), from);
    return { coefficients, rest: product.minus(from, product.times(column, coefficients)) };
  };
  const a = take(X, one), b = take(a.rest, two);
  const cols = X.cols;
  return {
    rest: b.rest,
    /** [v, 2] */
    vectors: transposeIntervals(pointMatrix([...one, ...two], 2, X.rows)),
    /** [2, d] */
    coefficients: {
      rows: 2,
      cols,
      mid: Float64Array.of(...a.coefficients.mid, ...b.coefficients.mid),
      rad: Float64Array.of(...a.coefficients.rad, ...b.coefficients.rad),
    },
  };
}

function peeledError(
  name: AttentionError,
  [M0, M1, M2, M3]: IntervalMatrix[],
  product: Counted,
): Float64Array {
  const right3 = product.ranges(M3);
  const r = () => {
    const r2 = product.absTimes(M2, right3), r1 = product.absTimes(M1, r2);
    return r1;
  };
  switch (name) {
    case "max_diff_subproduct_recursive":
      return product.absTimes(M0, r());
    case "mean+max_diff_subproduct_recursive": {
      const { mean, rest } = product.center(M0);
      const shared = product.ranges([M1, M2, M3].reduce((a, b) => product.times(a, b), mean))[0];
      return product.absTimes(rest, r()).map((x) => up(x + shared));
    }
    case "mean_recursive+max_diff_subproduct_recursive": {
      let rho = right3;
      for (const [M, later] of [[M2, [M3]], [M1, [M2, M3]], [M0, [M1, M2, M3]]] as const) {
        const { mean, rest } = product.center(M);
        const shared = product.ranges(later.reduce((a, b) => product.times(a, b), mean))[0];
        rho = product.absTimes(rest, rho).map((x) => up(x + shared));
      }
      return rho;
    }
    default: {
      const M01 = product.times(M0, M1), M23 = product.times(M2, M3);
      const splits = [[M0, product.times(M1, M23)], [M01, M23], [product.times(M01, M2), M3]];
      const bounds = splits.map(([left, right]) =>
        name === "max_diff_subproduct"
          ? product.absTimes(left, product.ranges(right))
          : meanDiff(left, right, product)
      );
      return bounds[0].map((x, q) => Math.min(x, bounds[1][q], bounds[2][q]));
    }
  }
}

/** e^((A - largest of the row) / sqrt(d_head)), the radii of A included. */
function exponentials(A: IntervalMatrix, { context }: ProofTables): Enclosure {
  const lo = new Float64Array(A.mid.length), hi = new Float64Array(A.mid.length);
  for (let q = 0; q < A.rows; q++) {
    let top = -Infinity;
    for (let t = 0; t < A.cols; t++) top = Math.max(top, A.mid[q * A.cols + t]);
    for (let t = 0; t < A.cols; t++) {
      const i = q * A.cols + t, x = A.mid[i] - top;
      const [low, high] = expDouble(x, context);
      // The subtraction rounded once; d_head >= 1, so the radius is not divided.
      const radius = up(A.rad[i] + Math.abs(x) * 1.2e-16);
      const grow = radius < 1 ? up(1 + 2 * radius) : expDouble(radius * 1.001, context)[1];
      lo[i] = radius < 1 ? Math.max(0, down(low * down(1 - radius))) : 0;
      hi[i] = up(high * grow);
      if (hi[i] !== hi[i]) hi[i] = Infinity;
    }
  }
  return { lo, hi };
}
