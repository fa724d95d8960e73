/**
 * Checker: how far float32 evaluations of a class may move a model's tables.
 * @module
 */
import { EXP_ERROR, expDoubleNear } from "../arithmetic/exp_double.ts";
import { down, type Enclosure, up } from "../arithmetic/interval.ts";
import type { MaxOfKModel } from "../max_of_k.ts";
import type { Evaluation } from "./evaluation.ts";
import {
  type Errors,
  gamma,
  HUGE,
  product,
  type Row,
  rowErrors,
  SLACK,
  TINY,
} from "./evaluation_rows.ts";

/** How far tables may be off: weights by factors [v, v] from 1, EVOU and EU by amounts [v, v]. */
export interface Widths {
  weight: Float64Array;
  EVOU: Float64Array;
  EU: Float64Array;
}

/** The widths of a class, from the weights. */
export function evaluationWidths(model: MaxOfKModel, e: Evaluation): Widths {
  const { d_vocab: v, n_ctx: K } = model.config;
  const rows = Array.from(
    { length: K * v },
    (_, n) => rowErrors(model, n % v, { i: Math.floor(n / v), e }),
  );
  const weight = weightFactors(model, rows, e), EVOU = copyingWidths(model, rows, e);
  const EU = directWidths(model, rows, { e, copying: EVOU });
  const all = [weight, EVOU, EU];
  if (!all.every((table) => table.every((x) => x < Infinity))) {
    for (const table of all) table.fill(Infinity);
  }
  return { weight, EVOU, EU };
}

/** By how much a token's weight may differ from the exact one, whatever its position. */
function weightFactors(
  { config: { d_vocab: v, d_head: h, n_ctx: K } }: MaxOfKModel,
  rows: Errors[],
  e: Evaluation,
): Float64Array {
  const factors = new Float64Array(v * v).fill(1);
  const scale = SLACK / Math.sqrt(h), g = gamma(h, e, e.scale);
  const score = new Float64Array(K * v), error = new Float64Array(K * v);
  for (let q = 0; q < v; q++) {
    const Q = rows[(K - 1) * v + q].query;
    let top = -Infinity, worst = 0;
    rows.forEach(({ key }, n) => {
      let s = 0, sums = 0, moved = 0, all = 0;
      for (let j = 0; j < h; j++) {
        const a = Q.size[j] + Q.error[j], b = key.size[j] + key.error[j];
        s += Q.value[j] * key.value[j];
        sums += a * b;
        moved += a * key.error[j] + Q.error[j] * key.size[j];
        all += a + b;
      }
      // The plain value s is off by less than 2^-38 of the sizes.
      score[n] = s;
      error[n] = sums < HUGE ? moved + (g + 2 ** -38) * sums + 128 * TINY * (h + all) : Infinity;
      top = Math.max(top, s);
      worst = error[n] <= worst ? worst : error[n];
    });
    for (let n = 0; n < K * v; n++) {
      const reach = scale * (Math.max(Math.abs(score[n]), top - score[n]) + 2 * worst);
      const exp = e.exp + e.expSlope * reach * (1 + e.round) * SLACK;
      const ds = (scale * error[n] + e.round * reach + 8 * TINY) * SLACK;
      const factor = ds < 600 && exp < 0.5
        ? expDoubleNear(ds) * (1 + 2 * EXP_ERROR) * SLACK / (1 - exp)
        : Infinity;
      const at = q * v + n % v;
      factors[at] = factor <= factors[at] ? factors[at] : factor;
    }
  }
  return factors;
}

/** EVOU's widths: the errors of a position's share, through the exact matrices that follow. */
function copyingWidths(model: MaxOfKModel, rows: Errors[], e: Evaluation): Float64Array {
  const { d_vocab: v, d_model: d, d_head: h } = model.config;
  const OU = matrixSizes(model.W_O, model.W_U, h), out = new Float64Array(v * v);
  rows.forEach(({ content }, n) => {
    const z = mixed(model, content, e);
    // The computed o: what z brings is followed further on, so its own error stands apart.
    const o = product(z, model.W_O, e);
    const own = product(
      {
        ...z,
        size: z.size.map((x, j) => x + z.error[j]),
        error: z.error.map(() => 0),
      },
      model.W_O,
      e,
    );
    const size = o.size.map((x, c) => x + o.error[c]);
    const residual = own.error.map((x, c) => x + e.round * size[c] + 8 * TINY);
    const end = lastProduct(model, size, e);
    for (let x = 0; x < v; x++) {
      let width = end[x];
      for (let j = 0; j < h; j++) width += z.error[j] * OU[j * v + x];
      for (let c = 0; c < d; c++) width += residual[c] * Math.abs(model.W_U[c * v + x]);
      const at = n % v * v + x;
      width *= SLACK;
      out[at] = width <= out[at] ? out[at] : width;
    }
  });
  return out;
}

/** A position's share of z = sum a V, before it is weighted. */
function mixed({ config: { n_ctx: K } }: MaxOfKModel, V: Row, e: Evaluation): Row {
  const g = gamma(K, e, e.divide);
  const total = V.size.reduce((sum, x) => sum + x, 0);
  const error = V.error.map((x, j) =>
    V.size[j] + x < HUGE ? x + g * (V.size[j] + x) + 64 * TINY * (K + total) : Infinity
  );
  return { ...V, error };
}

/** The error of the last product alone, for a residual stream of this size before its rounding. */
function lastProduct(model: MaxOfKModel, size: Float64Array, e: Evaluation): Float64Array {
  const rounded = size.map((x) => x < HUGE ? x * (1 + e.round) : Infinity);
  return product({ value: size, size: rounded, error: size.map(() => 0) }, model.W_U, e).error;
}

/** EU's widths; what the sum of the computed weights misses of 1 falls to it. */
function directWidths(
  model: MaxOfKModel,
  rows: Errors[],
  { e, copying }: { e: Evaluation; copying: Float64Array },
): Float64Array {
  const { d_vocab: v, d_model: d, d_head: h, n_ctx: K } = model.config;
  const adding = K * e.round < 0.25 ? K * e.round / (1 - K * e.round) : Infinity;
  const missing = adding / (1 - adding);
  const kappa = (missing + K * 2 ** -110) * SLACK;
  const OU = matrixSizes(model.W_O, model.W_U, h);
  const content = Float64Array.from(
    { length: h },
    (_, j) => rows.reduce((top, { content: V }) => Math.max(top, V.size[j] + 2 * V.error[j]), 0),
  );
  const out = new Float64Array(v * v);
  for (let q = 0; q < v; q++) {
    const { row } = rows[(K - 1) * v + q];
    const direct = product(row, model.W_U, e);
    const size = row.size.map((x, c) => x + row.error[c]);
    const end = lastProduct(model, size, e);
    for (let x = 0; x < v; x++) {
      let width = end[x] + kappa * direct.size[x];
      for (let c = 0; c < d; c++) {
        width += (row.error[c] + e.round * size[c]) * Math.abs(model.W_U[c * v + x]);
      }
      // A weight that underflows loses 2^-122 of the largest at most.
      let underflow = 0;
      for (let j = 0; j < h; j++) underflow += content[j] * OU[j * v + x];
      for (let t = 0; t < v; t++) underflow = Math.max(underflow, copying[t * v + x]);
      const value = (width + K * 2 ** -120 * underflow) / (1 - kappa) * SLACK;
      out[q * v + x] = kappa < 0.5 ? value : Infinity;
    }
  }
  return out;
}

/** Bounds of |W_O W_U|. */
function matrixSizes(A: Float32Array, B: Float32Array, rows: number): Float64Array {
  const inner = A.length / rows, cols = B.length / inner;
  return Float64Array.from({ length: rows * cols }, (_, n) => {
    const r = Math.floor(n / cols), c = n % cols;
    let sum = 0, size = 0;
    for (let k = 0; k < inner; k++) {
      const p = A[r * inner + k] * B[k * cols + c];
      sum += p;
      size += Math.abs(p);
    }
    return Math.abs(sum) + 2 ** -40 * size;
  });
}

/** Weights divided and multiplied by their factors. */
export function spread({ lo, hi }: Enclosure, factor: Float64Array): Enclosure {
  return {
    lo: lo.map((w, i) => Math.max(0, down(w / factor[i]))),
    hi: hi.map((w, i) => up(w * factor[i])),
  };
}

/** Entries moved both ways. */
export function moved({ lo, hi }: Enclosure, width: Float64Array): Enclosure {
  return {
    lo: lo.map((x, i) => down(x - width[i])),
    hi: hi.map((x, i) => up(x + width[i])),
  };
}
