/**
 * The 100 subcubic strategies as published: plain numbers, the published search, and the published steps.
 *
 * NOT proofs. Their steps include an unsound one (M(abar) extrapolated by its largest slope also downwards, and one
 * end of the attention chosen by comparing rmax with W), a count that is one choice short, and a search that
 * looks at another direct path than the verifier. They exist to be compared with subcubic.ts.
 * Source: arXiv 2406.11779 and its code, as described in the project's reference, sections 4 and 9.
 * @module
 */
import { scoreBound } from "./attention_error.ts";
import { binomials } from "./counting.ts";
import { type ProofRun, sumPairs } from "./cubic.ts";
import { type Directions, plainFactors, publishedDirect } from "./directions.ts";
import type { DirectPath } from "./direct_path.ts";
import { type Flops, matmulFlops, softmaxFlops } from "./flops.ts";
import {
  addScaled,
  type Matrix,
  matrix,
  meanRow,
  multiply,
  svd,
  transpose,
} from "./linear_algebra.ts";
import type { Gaps, SubcubicParts } from "./subcubic.ts";
import { countTables, type ProofTables } from "./tables.ts";

/** A published strategy, ready to search and to count. */
export interface Published {
  v: number;
  K: number;
  /** With the direct path of Eq (verification) and of Ebar (search). */
  verify: PlainCase;
  search: PlainCase;
  flops: Flops;
}

/** The numbers a case is made of. */
interface PlainCase {
  /** Scores over sqrt(d_head): A [v, v], err [v], and e^(EQKP[q,i] - EQKP[q,K-1]) sorted, free ones. */
  A: Float64Array;
  err: Float64Array;
  positions: Float64Array[];
  EVOU: Float64Array;
  /** R[t] = row range of EVOU. */
  R: Float64Array;
  /** Pmax[m * v + x]. */
  Pmax: Float64Array;
  L0: Float64Array;
  gap: Float64Array;
  /** The direct path itself, used for n = 0: [v, v]. */
  direct: Float64Array;
  averaged: boolean;
}

/** Plain tables and parts of one strategy. */
export function preparePublished(
  tables: ProofTables,
  parts: SubcubicParts,
  directions: Directions,
): Published {
  const { v, K } = tables;
  const flops: Flops = { total: 0 };
  countTables(flops, tables, ["EQP", "EVOU", "PVOU", "EU"]);
  const { A, err } = plainScores(tables, parts, { directions, flops });
  const EVOU = tables.EVOU.lo;
  const Pmax = new Float64Array(v * v).fill(-Infinity);
  for (let m = 0; m < v; m++) {
    for (let i = 0; i < K; i++) {
      for (let x = 0; x < v; x++) {
        const p = tables.PVOU.lo[i * v + x] - tables.PVOU.lo[i * v + m];
        Pmax[m * v + x] = Math.max(Pmax[m * v + x], p);
      }
    }
  }
  const R = Float64Array.from({ length: v }, (_, t) => rangeOf(EVOU.subarray(t * v, (t + 1) * v)));
  flops.total += 2 * v * v * K + v * (2 * v - 1);
  const { Eq, Ebar, W_U } = plainFactors(tables.model);
  const positions = plainPositions(tables);
  const averaged = parts.handling === "mean_query+diff";
  const shared = { A, err, positions, EVOU, R, Pmax, averaged };
  const direct = (X: Matrix) => ({
    ...plainDirect(X, W_U, parts.direct),
    direct: multiply(X, W_U).data,
  });
  flops.total += directFlops(tables, parts.direct) + v * (K - 2);
  return {
    v,
    K,
    flops,
    verify: { ...shared, ...direct(Eq) },
    search: { ...shared, ...direct(Ebar) },
  };
}

/** What the published verifier counts: cases with a negative value, m - g choices for each other token. */
export function runPublished(published: Published, gaps: Gaps): ProofRun {
  const { v, K, verify, flops: { total } } = published;
  const choose = binomials(K);
  const flops: Flops = { total };
  const byPair = new Array<bigint>(v * v).fill(0n);
  for (let m = 0; m < v; m++) {
    if (pureValue(verify, v, m) < 0) byPair[m * v + m] += 1n;
    flops.total += 6 * v;
    for (let n = 1; m > 0 && n < K; n++) {
      const g = Array.from({ length: m + 1 }, (_, q) => gaps[(q * v + m) * K + n]);
      const values = caseValues(verify, { v, K, m, n, g, flops });
      values.forEach((value, q) => {
        if (!(value < 0)) return;
        const free = q < m ? n - 1 : n;
        byPair[q * v + m] += free === 0
          ? 1n
          : choose[K - 1][free] * BigInt(m - g[q]) ** BigInt(free);
      });
    }
  }
  return sumPairs(byPair, flops.total);
}

/** The published search: one gap for all cases at a time, from the largest to 1. */
export function searchPublished({ v, K, search }: Published): Gaps {
  const gaps = new Uint16Array(v * v * K).fill(1);
  for (let g = v - 1; g >= 1; g--) {
    for (let m = g; m < v; m++) {
      const same = new Array<number>(m + 1).fill(g);
      for (let n = 1; n < K; n++) {
        caseValues(search, { v, K, m, n, g: same }).forEach((value, q) => {
          if (value < 0) gaps[(q * v + m) * K + n] = g;
        });
      }
    }
  }
  return gaps;
}

/** Values of the cases (q, m, n) for q = 0..m; NaN where no such case exists. */
function caseValues(
  plain: PlainCase,
  { v, K, m, n, g, flops }: {
    v: number;
    K: number;
    m: number;
    n: number;
    g: number[];
    flops?: Flops;
  },
): Float64Array {
  const { EVOU, R, Pmax, L0, gap, averaged } = plain;
  const values = new Float64Array(m + 1).fill(NaN);
  let W = -Infinity, rmax = -Infinity;
  const least = Math.min(...g);
  for (let t = 0; t <= m - least; t++) W = Math.max(W, R[t]);
  for (let x = 0; x < v; x++) {
    if (x !== m) rmax = Math.max(rmax, EVOU[m * v + x] - EVOU[m * v + m]);
  }
  const attention = new Float64Array(m + 1).fill(NaN);
  let sum = 0, valid = 0;
  for (let q = 0; q <= m; q++) {
    if (m < g[q] || (q < m && m - q < g[q])) continue;
    attention[q] = attentionOn(plain, { v, K, q, m, n, g: g[q], low: rmax < W });
    sum += attention[q];
    valid++;
  }
  const abar = averaged && valid > 0 ? sum / valid : 0;
  let M = -Infinity;
  for (let x = 0; x < v; x++) {
    if (x === m) continue;
    const r = EVOU[m * v + x] - EVOU[m * v + m];
    M = Math.max(M, L0[x] - L0[m] + Pmax[m * v + x] + abar * r);
  }
  for (let q = 0; q <= m; q++) {
    values[q] = M + (1 - abar) * W + gap[q] + (attention[q] - abar) * (rmax - W);
  }
  // Two scores each: extrema and error, then for both orderings shift, scale, softmax and sum.
  const both = 2 * (K - n + K + softmaxFlops(K) + K - n - 1);
  if (flops) flops.total += valid * (4 + both + 8) + 7 * v + 2 * v;
  return values;
}

/** Attention on m: least (or most) favoured positions, most (or least) attractive other token. */
function attentionOn(
  { A, err, positions }: PlainCase,
  { v, K, q, m, n, g, low }: {
    v: number;
    K: number;
    q: number;
    m: number;
    n: number;
    g: number;
    low: boolean;
  },
): number {
  let extreme = low ? -Infinity : Infinity;
  for (let j = 0; j <= m - g; j++) {
    extreme = low ? Math.max(extreme, A[q * v + j]) : Math.min(extreme, A[q * v + j]);
  }
  const difference = Math.exp(A[q * v + m] - extreme + (low ? -err[q] : err[q]));
  const own = q === m ? 1 : 0, copies = K - n - own;
  const sorted = positions[q];
  let max = own, rest = 1 - own;
  for (let i = 0; i < K - 1; i++) {
    const isMax = low ? i < copies : i >= K - 1 - copies;
    if (isMax) max += sorted[i];
    else rest += sorted[i];
  }
  return 1 / (1 + rest / (max * difference));
}

/** n = 0: the exact row of the direct path. */
function pureValue({ direct, EVOU, Pmax }: PlainCase, v: number, m: number): number {
  let worst = -Infinity;
  for (let x = 0; x < v; x++) {
    if (x === m) continue;
    const own = m * v + m, other = m * v + x;
    worst = Math.max(worst, direct[other] - direct[own] + EVOU[other] - EVOU[own] + Pmax[other]);
  }
  return worst;
}

/** A and err, both over sqrt(d_head). */
function plainScores(
  tables: ProofTables,
  { attention }: SubcubicParts,
  { directions, flops }: { directions: Directions; flops: Flops },
): { A: Float64Array; err: Float64Array } {
  const { v } = tables;
  const scale = 1 / Math.sqrt(tables.model.config.d_head);
  const { Eq, Ebar, W_Q, W_K } = plainFactors(tables.model);
  const exact = multiply(multiply(Eq, W_Q), transpose(multiply(Ebar, W_K)));
  if (attention === "exact_EQKE+max_diff_exact") {
    countTables(flops, tables, ["EQK"]);
    return { A: exact.data.map((x) => x * scale), err: new Float64Array(v) };
  }
  const bound = scoreBound(tables, attention, { directions, flops });
  const A = matrix(bound.A.mid, v, v);
  const err = attention === "svd"
    ? new Float64Array(v).fill(Math.SQRT2 * svd(addScaled(exact, A, -1)).S[0])
    : bound.err;
  return { A: A.data.map((x) => x * scale), err: err.map((x) => x * scale) };
}

/** e^(EQKP[q,i] - EQKP[q,K-1]) for the free positions, ascending. */
function plainPositions({ v, K, model }: ProofTables): Float64Array[] {
  const { Eq, P, W_Q, W_K } = plainFactors(model);
  const scores = multiply(multiply(Eq, W_Q), transpose(multiply(P, W_K))).data;
  const scale = 1 / Math.sqrt(model.config.d_head);
  return Array.from({ length: v }, (_, q) =>
    Float64Array.from(
      { length: K - 1 },
      (_, i) => Math.exp((scores[q * K + i] - scores[q * K + K - 1]) * scale),
    ).sort());
}

/** L0 and gap of a direct path X W_U. */
function plainDirect(X: Matrix, W_U: Matrix, name: DirectPath) {
  const v = X.rows, d = X.cols;
  const table = multiply(X, W_U).data;
  const rowRanges = Float64Array.from(
    { length: v },
    (_, q) => rangeOf(table.subarray(q * v, (q + 1) * v)),
  );
  const zero = new Float64Array(v);
  if (name === "global_max_diff_exact") return { L0: zero, gap: zero.map(() => rangeOf(table)) };
  if (name === "max_diff_exact") return { L0: zero, gap: rowRanges };
  const row = name === "max_diff"
    ? new Float64Array(d)
    : name === "mean_query+max_diff"
    ? meanRow(X).data
    : publishedDirect(X, W_U);
  const gap = zero.map((_, q) => {
    let sum = 0;
    for (let c = 0; c < d; c++) {
      sum += Math.abs(X.data[q * d + c] - row[c]) * rangeOf(W_U.data.subarray(c * v, (c + 1) * v));
    }
    return sum;
  });
  return { L0: multiply(matrix(row, 1, d), W_U).data, gap };
}

function directFlops({ v, model }: ProofTables, name: DirectPath): number {
  const d = model.config.d_model;
  if (name === "global_max_diff_exact") return 2 * (v * v - 1) + 1;
  if (name === "max_diff_exact") return v * (2 * v - 1);
  const differences = d * (2 * v - 1) + v * d + matmulFlops(v, d, 1);
  return name === "max_diff" ? differences : differences + 2 * v * d + matmulFlops(1, d, v);
}

function rangeOf(row: Float64Array): number {
  let top = -Infinity, low = Infinity;
  for (const x of row) {
    if (x > top) top = x;
    if (x < low) low = x;
  }
  return top - low;
}
