/**
 * What an evaluation does to the attention weights: by which factor each can differ from the exact
 * one, a factor that all weights of a sequence share left out.
 *
 * A score is off by ds: the errors of query and key, and of the product of the two. The exponential
 * takes s - M, rounded, or s itself; here M is the largest score of the sequence. So a computed
 * weight is the exact one times at most e^ds / (1 - exp), and at least the inverse. The division
 * counts with the mix (logit_widths.ts), before which or after which it may come.
 * @module
 */
import { EXP_ERROR, expDoubleNear } from "../arithmetic/exp_double.ts";
import {
  type IntervalMatrix,
  pointMatrix,
  transposeIntervals,
} from "../arithmetic/interval_matrix.ts";
import { type Chain, productError, projectionError } from "./chain.ts";
import { plusSizes, type Sizes, sizesOf, timesSizes, TINY, UP } from "./sizes.ts";

/** Factors from 1 for token t at any position and query q: [v, v]. */
export function scoreSpread(chain: Chain): Float64Array {
  const { model, errors, flops, rows, times } = chain;
  const { d_vocab: v, d_model: d, d_head: h, n_ctx: K } = model.config;
  const W_Q = pointMatrix(model.W_Q, d, h), W_K = pointMatrix(model.W_K, d, h);
  const from = (K - 1) * v;
  const last = { ...chain, ...lastRows(chain, from) };
  const queries = times(last.rows, W_Q), keys = times(rows, W_K);
  const queryError = projectionError(last, sizesOf(W_Q));
  const keyError = projectionError(chain, sizesOf(W_K));
  const query = sizesOf(queries);
  const computedQuery = plusSizes(flops, query, queryError);
  const computedKeys = flip(plusSizes(flops, sizesOf(keys), keyError));
  // |Q^ K^ - Q K| <= dQ (|K| + dK) + |Q| dK, and the product's own error.
  const error = plusSizes(
    flops,
    timesSizes(queryError, computedKeys, flops),
    timesSizes(query, flip(keyError), flops),
    productError(computedQuery, computedKeys, chain, errors.scale),
  );
  const scores = times(queries, transposeIntervals(keys));
  const spread = new Float64Array(v * v).fill(1);
  for (let q = 0; q < v; q++) {
    spreadOfQuery({ scores, error, errors, scale: UP / Math.sqrt(h) }, q, { v, K, spread });
  }
  flops.total += 12 * v * v * K;
  return spread;
}

function spreadOfQuery(
  { scores, error, errors, scale }: {
    scores: IntervalMatrix;
    error: Sizes;
    errors: Chain["errors"];
    scale: number;
  },
  q: number,
  { v, K, spread }: { v: number; K: number; spread: Float64Array },
): void {
  const row = q * K * v, end = row + K * v;
  let top = -Infinity, radius = 0, worst = 0;
  for (let n = row; n < end; n++) {
    top = Math.max(top, scores.mid[n]);
    radius = Math.max(radius, scores.rad[n]);
    worst = error.data[n] <= worst ? worst : error.data[n];
  }
  for (let n = row; n < end; n++) {
    const score = scores.mid[n];
    const distance = Math.max(Math.abs(score), top - score) + 2 * radius;
    const argument = scale * UP * (distance + 2 * worst);
    const ds = (scale * error.data[n] + errors.round * argument + 4 * TINY) * UP;
    const exp = errors.exp + errors.expSlope * argument * (1 + errors.round) * UP;
    const factor = ds < 600 && exp < 0.5
      ? expDoubleNear(ds) * (1 + 2 * EXP_ERROR) / (1 - exp) * UP
      : Infinity;
    const at = q * v + (n - row) % v;
    if (!(factor <= spread[at])) spread[at] = factor;
  }
}

/** The rows of the last position, one for each query, with their bounds. */
function lastRows({ rows, computed, rowError }: Chain, from: number) {
  return {
    rows: {
      rows: rows.rows - from,
      cols: rows.cols,
      mid: rows.mid.subarray(from * rows.cols),
      rad: rows.rad.subarray(from * rows.cols),
    },
    computed: rowsFrom(computed, from),
    rowError: rowsFrom(rowError, from),
  };
}

/** Rows `from` and later. */
export function rowsFrom({ rows, cols, data }: Sizes, from: number): Sizes {
  return { rows: rows - from, cols, data: data.subarray(from * cols) };
}

function flip({ rows, cols, data }: Sizes): Sizes {
  const out = new Float64Array(data.length);
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < cols; c++) out[c * rows + r] = data[r * cols + c];
  }
  return { rows: cols, cols: rows, data: out };
}
