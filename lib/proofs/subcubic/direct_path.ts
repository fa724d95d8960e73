/**
 * Part two of a subcubic proof: the direct path as one shared row and a slack per query.
 *
 *   EU[q,x] - EU[q,m] <= L0[x] - L0[m] + gap[q]
 *
 * Five published ways. For svd_query the row e that makes L0 = e W_U is a hint; any e is sound.
 * @module
 */
import { type Enclosure, up } from "../arithmetic/interval.ts";
import {
  absTimesVector,
  addIntervals,
  ends,
  type IntervalMatrix,
  multiplyIntervals,
  pointMatrix,
  rowRanges,
  subtractIntervals,
} from "../arithmetic/interval_matrix.ts";
import { type Flops, matmulFlops } from "../tables/flops.ts";
import type { ProofTables } from "../tables/folded.ts";

/** The names of the paper's code. */
export const DIRECT_PATHS = [
  "global_max_diff_exact",
  "max_diff_exact",
  "max_diff",
  "mean_query+max_diff",
  "svd_query+max_diff",
] as const;
export type DirectPath = typeof DIRECT_PATHS[number];

export interface DirectBound {
  /** [v] */
  L0: Enclosure;
  /** Upper bounds gap[q]: [v]. */
  gap: Float64Array;
}

/** L0 and gap for one way; the table EU itself is counted by the caller. */
export function directBound(
  tables: ProofTables,
  name: DirectPath,
  { direct, flops }: { direct: number[]; flops: Flops },
): DirectBound {
  const { v, EU } = tables;
  const { d_model: d } = tables.model.config;
  const zero = { lo: new Float64Array(v), hi: new Float64Array(v) };
  if (name === "global_max_diff_exact") {
    flops.total += 2 * (v * v - 1) + 1;
    const top = EU.hi.reduce((a, b) => Math.max(a, b)),
      low = EU.lo.reduce((a, b) => Math.min(a, b));
    return { L0: zero, gap: new Float64Array(v).fill(up(top - low)) };
  }
  if (name === "max_diff_exact") {
    flops.total += v * (2 * (v - 1) + 1);
    const gap = new Float64Array(v);
    for (let q = 0; q < v; q++) {
      const top = EU.hi.subarray(q * v, (q + 1) * v).reduce((a, b) => Math.max(a, b));
      const low = EU.lo.subarray(q * v, (q + 1) * v).reduce((a, b) => Math.min(a, b));
      gap[q] = up(top - low);
    }
    return { L0: zero, gap };
  }
  const Eq = queryEmbedding(tables), W_U = pointMatrix(tables.model.W_U, d, v);
  const ranges = rowRanges(W_U);
  flops.total += d * (2 * (v - 1) + 1);
  if (name === "max_diff") {
    flops.total += v * d + matmulFlops(v, d, 1);
    return { L0: zero, gap: inEvaluations(tables, absTimesVector(Eq, ranges)) };
  }
  const e = name === "svd_query+max_diff" ? direct : [...meanOfRows(Eq)];
  if (name === "mean_query+max_diff") flops.total += v * d;
  const repeated = Float64Array.from(Eq.mid, (_, i) => e[i % d]);
  const rest = subtractIntervals(Eq, pointMatrix(repeated, v, d));
  flops.total += 2 * v * d + matmulFlops(v, d, 1) + matmulFlops(1, d, v);
  return {
    L0: ends(multiplyIntervals(pointMatrix(e, 1, d), W_U)),
    gap: inEvaluations(tables, absTimesVector(rest, ranges)),
  };
}

/**
 * A slack from the factors, not from the widened table EU: float32 evaluations may move both of its
 * entries.
 */
function inEvaluations({ v, evaluation }: ProofTables, gap: Float64Array): Float64Array {
  if (!evaluation) return gap;
  return gap.map((slack, q) => {
    const row = evaluation.widths.EU.subarray(q * v, (q + 1) * v);
    return up(slack + 2 * row.reduce((a, b) => Math.max(a, b)));
  });
}

/** Eq = E + P[K-1], enclosed. */
function queryEmbedding({ model, K }: ProofTables): IntervalMatrix {
  const { d_vocab: v, d_model: d } = model.config;
  const last = Float64Array.from({ length: v * d }, (_, i) => model.W_pos[(K - 1) * d + i % d]);
  return addIntervals(pointMatrix(model.W_E, v, d), pointMatrix(last, v, d));
}

function meanOfRows(a: IntervalMatrix): Float64Array {
  const mean = new Float64Array(a.cols);
  a.mid.forEach((x, i) => mean[i % a.cols] += x / a.rows);
  return mean;
}
