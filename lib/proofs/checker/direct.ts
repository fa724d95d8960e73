/**
 * Checker: the direct path as a shared row and a slack, EU[q,x] - EU[q,m] <= L0[x] - L0[m] +
 * gap[q].
 * @module
 */
import { type Enclosure, up } from "../arithmetic/interval.ts";
import {
  absTimesVector,
  ends,
  multiplyIntervals,
  pointMatrix,
  rowRanges,
  subtractIntervals,
} from "../arithmetic/interval_matrix.ts";
import { queryRows } from "./scores.ts";
import type { CheckTables } from "./tables.ts";

/** Ways to bound, as certificates name them. */
export const DIRECT_WAYS = [
  "global_max_diff_exact",
  "max_diff_exact",
  "max_diff",
  "mean_query+max_diff",
  "svd_query+max_diff",
];

export interface CheckedDirect {
  L0: Enclosure;
  gap: Float64Array;
}

/** Recomputes L0 and gap; `e` is the hinted row of svd_query. */
export function checkedDirect(T: CheckTables, way: string, e: number[]): CheckedDirect {
  const { v, EU, model } = T;
  const d = model.config.d_model;
  const zero = new Float64Array(v);
  const range = (from: number, to: number) => {
    let top = -Infinity, low = Infinity;
    for (let i = from; i < to; i++) {
      if (EU.hi[i] > top) top = EU.hi[i];
      if (EU.lo[i] < low) low = EU.lo[i];
    }
    return up(top - low);
  };
  if (way === "global_max_diff_exact") {
    return { L0: { lo: zero, hi: zero }, gap: new Float64Array(v).fill(range(0, v * v)) };
  }
  if (way === "max_diff_exact") {
    return { L0: { lo: zero, hi: zero }, gap: zero.map((_, q) => range(q * v, (q + 1) * v)) };
  }
  const Eq = queryRows(T), U = pointMatrix(model.W_U, d, v);
  const row = new Float64Array(d);
  if (way === "mean_query+max_diff") Eq.mid.forEach((x, i) => row[i % d] += x / v);
  if (way === "svd_query+max_diff") row.set(e);
  const repeated = pointMatrix(Float64Array.from(Eq.mid, (_, i) => row[i % d]), v, d);
  const gap = absTimesVector(subtractIntervals(Eq, repeated), rowRanges(U));
  // These come from the factors, past the widened EU: two of its entries may be off.
  const width = T.widths?.EU;
  const most = (row: Float64Array) => row.reduce((a, b) => Math.max(a, b));
  return {
    L0: ends(multiplyIntervals(pointMatrix(row, 1, d), U)),
    gap: width ? gap.map((g, q) => up(g + 2 * most(width.subarray(q * v, (q + 1) * v)))) : gap,
  };
}
