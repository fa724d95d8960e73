/**
 * Deflated attention scores: the query and size directions, second ones and one of W_Q and W_K are
 * taken out of the factors X0 = Eq, X1 = W_Q, X2 = W_K^T, X3 = Ebar^T.
 *
 * With X_j = Y_j + M_j, Y_j of rank one or two, a telescope leaves EQKE - A = M0 M1 M2 M3 exactly,
 * for any vectors:
 *   A = Y0 X1 X2 X3 + M0 Y1 X2 X3 + M0 M1 Y2 X3 + M0 M1 M2 Y3.
 * @module
 */
import { up } from "../arithmetic/interval.ts";
import {
  type IntervalMatrix,
  pointMatrix,
  transposeIntervals,
} from "../arithmetic/interval_matrix.ts";
import { type Counted, meanDiff } from "../tables/counted.ts";
import type { Directions } from "../tables/directions.ts";
import type { ScoreBound, ScoreFactors } from "./score_factors.ts";

/** Ways to bound the rows of M0 M1 M2 M3. */
export const DEFLATED = [
  "max_diff_subproduct",
  "mean+max_diff_subproduct",
  "max_diff_subproduct_recursive",
  "mean+max_diff_subproduct_recursive",
  "mean_recursive+max_diff_subproduct_recursive",
] as const;
export type Deflated = typeof DEFLATED[number];

/** Whether a name is one of DEFLATED. */
export function isDeflated(name: string): name is Deflated {
  return DEFLATED.some((known) => known === name);
}

/** A and err for one of DEFLATED. */
export function deflated(
  name: Deflated,
  { Eq, Q, Kt, EbarT }: ScoreFactors,
  { directions, product }: { directions: Directions; product: Counted },
): ScoreBound {
  const first = deflateTwice(Eq, [directions.query, directions.query2], product);
  const last = deflateTwice(
    transposeIntervals(EbarT),
    [directions.size, directions.size2],
    product,
  );
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
  return { A, err: deflatedError(name, [M0, M1, M2, M3], product) };
}

/** Takes two directions out of the rows of X, one after the other. */
function deflateTwice(X: IntervalMatrix, [one, two]: number[][], product: Counted) {
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

function deflatedError(
  name: Deflated,
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
