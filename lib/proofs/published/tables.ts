/**
 * The plain float64 numbers that a published strategy is made of: approximate scores, position
 * weights, copying and the direct path as the published code splits it. Nothing here certifies.
 * Source: arXiv 2406.11779, subcubic proofs, and its code,
 * JasonGross/guarantees-based-mechanistic-interpretability.
 * @module
 */
import { type AttentionError, EXACT_SCORES, scoreBound } from "../subcubic/attention_error.ts";
import { type Directions, plainFactors, publishedDirect } from "../tables/directions.ts";
import { DIRECT_PATHS, type DirectPath } from "../subcubic/direct_path.ts";
import { type Flops, matmulFlops } from "../tables/flops.ts";
import {
  addScaled,
  type Matrix,
  matrix,
  meanRow,
  multiply,
  svd,
  transpose,
} from "../../numerics/linear_algebra.ts";
import { isRankOne } from "../subcubic/rank_one.ts";
import { memoised } from "../tables/memoised.ts";
import type { SubcubicParts } from "../subcubic/parts.ts";
import { countTables, type ProofTables } from "../tables/folded.ts";

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
export interface PlainCase extends PlainScores, PlainPositions, PlainCopying, PlainDirect {
  v: number;
  K: number;
  /**
   * Constant part of the line of wrong token x for maximum m, at m * v + x; -Infinity for x = m.
   */
  offset: Float64Array;
  averaged: boolean;
}

/**
 * Scores over sqrt(d_head): A [v, v] with its largest and smallest value over j <= t, and err [v].
 */
interface PlainScores {
  A: Float64Array;
  top: Float64Array;
  least: Float64Array;
  err: Float64Array;
}

/**
 * Sums of the n smallest (largest) e^(EQKP[q,i] - EQKP[q,K-1]) of the free positions, at q * K + n.
 */
interface PlainPositions {
  smallest: Float64Array;
  largest: Float64Array;
}

interface PlainCopying {
  /** Largest row range of EVOU over tokens <= t: [v]. */
  W: Float64Array;
  /** EVOU[m,x] - EVOU[m,m], and its maximum over x != m. */
  r: Float64Array;
  rmax: Float64Array;
  /** max_i PVOU[i,x] - PVOU[i,m]. */
  Pmax: Float64Array;
}

interface PlainDirect {
  L0: Float64Array;
  gap: Float64Array;
  /** The direct path itself, used for n = 0: [v, v]. */
  direct: Float64Array;
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
  const share = <T>(name: string, make: (flops: Flops) => T) =>
    memoised([tables, directions], `published ${name}`, { flops, make });
  const scores = share(
    parts.attention,
    (flops) => plainScores(tables, parts.attention, { directions, flops }),
  );
  const copying = share("copying", () => plainCopying(tables));
  flops.total += 2 * v * v * K + v * (2 * v - 1);
  const positions = share("positions", () => plainPositions(tables));
  const paths = share("direct paths", () => plainPaths(tables));
  flops.total += directFlops(tables, parts.direct) + v * (K - 2);
  const averaged = parts.handling === "mean_query+diff";
  const plainCase = (direct: PlainDirect): PlainCase => ({
    v,
    K,
    averaged,
    ...scores,
    ...copying,
    ...positions,
    ...direct,
    offset: lineOffsets(copying, direct.L0),
  });
  return {
    v,
    K,
    flops,
    verify: plainCase(paths.verify[parts.direct]),
    search: plainCase(paths.search[parts.direct]),
  };
}

function lineOffsets({ Pmax }: PlainCopying, L0: Float64Array): Float64Array {
  const v = L0.length;
  return Pmax.map((p, i) => {
    const m = Math.floor(i / v), x = i % v;
    return x === m ? -Infinity : L0[x] - L0[m] + p;
  });
}

function plainCopying({ v, K, EVOU: { lo: EVOU }, PVOU: { lo: PVOU } }: ProofTables): PlainCopying {
  const Pmax = new Float64Array(v * v).fill(-Infinity);
  const r = new Float64Array(v * v), rmax = new Float64Array(v).fill(-Infinity);
  for (let m = 0; m < v; m++) {
    for (let x = 0; x < v; x++) {
      r[m * v + x] = EVOU[m * v + x] - EVOU[m * v + m];
      if (x !== m) rmax[m] = Math.max(rmax[m], r[m * v + x]);
      for (let i = 0; i < K; i++) {
        Pmax[m * v + x] = Math.max(Pmax[m * v + x], PVOU[i * v + x] - PVOU[i * v + m]);
      }
    }
  }
  const W = new Float64Array(v);
  for (let t = 0; t < v; t++) {
    W[t] = Math.max(t > 0 ? W[t - 1] : -Infinity, rangeOf(EVOU.subarray(t * v, (t + 1) * v)));
  }
  return { W, r, rmax, Pmax };
}

function plainScores(
  tables: ProofTables,
  attention: AttentionError,
  { directions, flops }: { directions: Directions; flops: Flops },
): PlainScores {
  const { v } = tables;
  const scale = 1 / Math.sqrt(tables.model.config.d_head);
  const { A, err } = unscaledScores(tables, attention, { directions, flops });
  return withExtremes(A.data.map((x) => x * scale), err.map((x) => x * scale), v);
}

function unscaledScores(
  tables: ProofTables,
  attention: AttentionError,
  { directions, flops }: { directions: Directions; flops: Flops },
): { A: Matrix; err: Float64Array } {
  const { v } = tables;
  const { Eq, Ebar, W_Q, W_K } = plainFactors(tables.model);
  const exact = multiply(multiply(Eq, W_Q), transpose(multiply(Ebar, W_K)));
  if (attention === EXACT_SCORES) {
    countTables(flops, tables, ["EQK"]);
    return { A: exact, err: new Float64Array(v) };
  }
  const bound = scoreBound(tables, attention, { directions, flops });
  // The published rank-one ways drop the cross terms, so their singular vectors have to be right.
  if (isRankOne(attention)) flops.total += svdCheckFlops(v);
  const A = matrix(bound.A.mid, v, v);
  const err = attention === "svd"
    ? new Float64Array(v).fill(Math.SQRT2 * svd(addScaled(exact, A, -1)).S[0])
    : bound.err;
  return { A, err };
}

function withExtremes(A: Float64Array, err: Float64Array, v: number): PlainScores {
  const top = A.slice(), least = A.slice();
  for (let i = 0; i < A.length; i++) {
    if (i % v === 0) continue;
    top[i] = Math.max(top[i - 1], A[i]);
    least[i] = Math.min(least[i - 1], A[i]);
  }
  return { A, err, top, least };
}

function plainPositions({ v, K, model }: ProofTables): PlainPositions {
  const { Eq, P, W_Q, W_K } = plainFactors(model);
  const scores = multiply(multiply(Eq, W_Q), transpose(multiply(P, W_K))).data;
  const scale = 1 / Math.sqrt(model.config.d_head);
  const smallest = new Float64Array(v * K), largest = new Float64Array(v * K);
  for (let q = 0; q < v; q++) {
    const own = scores[q * K + K - 1];
    const weights = scores.slice(q * K, q * K + K - 1).map((x) => Math.exp((x - own) * scale))
      .sort();
    for (let n = 1; n < K; n++) {
      smallest[q * K + n] = smallest[q * K + n - 1] + weights[n - 1];
      largest[q * K + n] = largest[q * K + n - 1] + weights[K - 1 - n];
    }
  }
  return { smallest, largest };
}

/** The five direct paths, from the last position (verify) and from the mean position (search). */
function plainPaths({ model }: ProofTables) {
  const { Eq, Ebar, W_U } = plainFactors(model);
  const all = (X: Matrix) => {
    const direct = multiply(X, W_U).data;
    const entries = DIRECT_PATHS.map((name) => [name, plainDirect(X, W_U, { name, direct })]);
    return Object.fromEntries(entries) as Record<DirectPath, PlainDirect>;
  };
  return { verify: all(Eq), search: all(Ebar) };
}

/** L0 and gap of a direct path X W_U. */
function plainDirect(
  X: Matrix,
  W_U: Matrix,
  { name, direct }: { name: DirectPath; direct: Float64Array },
): PlainDirect {
  const v = X.rows, d = X.cols, zero = new Float64Array(v);
  if (name === "global_max_diff_exact") {
    return { L0: zero, gap: zero.map(() => rangeOf(direct)), direct };
  }
  if (name === "max_diff_exact") {
    const gap = zero.map((_, q) => rangeOf(direct.subarray(q * v, (q + 1) * v)));
    return { L0: zero, gap, direct };
  }
  const row = name === "max_diff"
    ? new Float64Array(d)
    : name === "mean_query+max_diff"
    ? meanRow(X).data
    : publishedDirect(X, W_U);
  const ranges = Array.from(
    { length: d },
    (_, c) => rangeOf(W_U.data.subarray(c * v, (c + 1) * v)),
  );
  const gap = zero.map((_, q) =>
    ranges.reduce((sum, range, c) => sum + Math.abs(X.data[q * d + c] - row[c]) * range, 0)
  );
  return { L0: multiply(matrix(row, 1, d), W_U).data, gap, direct };
}

/**
 * The exact ways multiply Eq U out for themselves, besides the rows that n = 0 takes in every
 * strategy.
 */
function directFlops({ v, model }: ProofTables, name: DirectPath): number {
  const d = model.config.d_model;
  if (name === "global_max_diff_exact") return matmulFlops(v, d, v) + 2 * (v * v - 1) + 1;
  if (name === "max_diff_exact") return matmulFlops(v, d, v) + v * (2 * v - 1);
  const differences = d * (2 * v - 1) + v * d + matmulFlops(v, d, 1);
  if (name === "max_diff") return differences;
  const mean = name === "mean_query+max_diff" ? v * d : 0; // e of svd_query is given
  return differences + mean + v * d + matmulFlops(1, d, v);
}

/**
 * A singular value decomposition of a [v, v] matrix is checked, not made: U S V^T against it, U^T U
 * against 1.
 */
function svdCheckFlops(v: number): number {
  return 2 * matmulFlops(v, v, v) + 3 * v * v;
}

function rangeOf(row: Float64Array): number {
  let top = -Infinity, low = Infinity;
  for (const x of row) {
    if (x > top) top = x;
    if (x < low) low = x;
  }
  return top - low;
}
