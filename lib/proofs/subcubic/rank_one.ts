/**
 * Rank-one attention scores: one query direction u, one size direction s.
 *
 * With L = Eq W_Q and T = W_K^T Ebar^T: A = u (u^T L) T + (Ar T s) s^T, Ar = L - u (u^T L), Br = T
 * - (T s) s^T. Then EQKE - A = Ar Br exactly, for any u and s.
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
import { spectralRadius } from "./spectral_radius.ts";

/** Ways to bound the rows of R = Ar Br. */
export const RANK_ONE = ["svd", "max_diff_exact", "max_diff", "mean+max_diff"] as const;
export type RankOne = typeof RANK_ONE[number];

/** Whether a name is one of RANK_ONE. */
export function isRankOne(name: string): name is RankOne {
  return RANK_ONE.some((known) => known === name);
}

/** A and err for one of RANK_ONE. */
export function rankOne(
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
