/**
 * Part one of a subcubic proof: approximate attention scores A and a bound of what A leaves out.
 *
 *   |(EQKE - A)[q,i] - (EQKE - A)[q,j]| <= err[q]   for all i, j
 *
 * Ten published ways. Rank-one ways keep a query and a size direction, deflated ways take further
 * directions out of each factor. The vectors are hints: with all cross terms kept, A + R = EQKE
 * holds exactly for any. Everything is an interval; the mean position that Ebar = E + Pbar adds may
 * be any vector too.
 * @module
 */
import { expDouble } from "../arithmetic/exp.ts";
import { down, type Enclosure, up } from "../arithmetic/interval.ts";
import type { IntervalMatrix } from "../arithmetic/interval_matrix.ts";
import { spreadWeights } from "../evaluation/widen.ts";
import { Counted } from "../tables/counted.ts";
import type { Directions } from "../tables/directions.ts";
import type { Flops } from "../tables/flops.ts";
import { DEFLATED, deflated, isDeflated } from "./deflated.ts";
import { isRankOne, RANK_ONE, rankOne } from "./rank_one.ts";
import { type ScoreBound, scoreFactors } from "./score_factors.ts";
import { memoised } from "../tables/memoised.ts";
import { countTables, type ProofTables } from "../tables/folded.ts";

/** The way that approximates nothing. */
export const EXACT_SCORES = "exact_EQKE+max_diff_exact";

/** The names of the paper's code. */
export const ATTENTION_ERRORS = [EXACT_SCORES, ...RANK_ONE, ...DEFLATED] as const;
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
  if (name === EXACT_SCORES) {
    countTables(flops, tables, ["EQK"]);
    const one = new Float64Array(v).fill(1);
    return { weights: tables.expEQK, err: new Float64Array(v), errUp: one, errDown: one };
  }
  return memoised([tables, directions], `sound ${name}`, {
    flops,
    make: (flops) => {
      const { A, err } = scoreBound(tables, name, { directions, flops });
      flops.total += 3 * v * v + v;
      return boundOf(tables, A, err);
    },
  });
}

function boundOf(tables: ProofTables, A: IntervalMatrix, error: Float64Array): AttentionBound {
  // An err that is not a number bounds nothing.
  const err = error.map((e) => e === e ? e : Infinity);
  const weights = exponentials(A, tables), { evaluation } = tables;
  return {
    weights: evaluation ? spreadWeights(weights, evaluation.widths.spread) : weights,
    err,
    errUp: err.map((e) => expDouble(e, tables.context)[1]),
    errDown: err.map((e) => expDouble(-e, tables.context)[0]),
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
  if (isRankOne(name)) return rankOne(name, factors, { directions, product });
  if (isDeflated(name)) return deflated(name, factors, { directions, product });
  throw new RangeError(
    `Cannot approximate scores: expected one of ${[...RANK_ONE, ...DEFLATED].join(", ")} ` +
      `but found ${name}: take the exact table`,
  );
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
