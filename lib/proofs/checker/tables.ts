/**
 * The checker's own tables: exact products of the weights, their float64 ends, their exponentials.
 * @module
 */
import {
  addRowDyadic,
  type DyadicMatrix,
  multiplyDyadic,
  rowDyadic,
  toDyadic,
  toEnclosure,
  transposeDyadic,
} from "../arithmetic/dyadic.ts";
import { type ExpContext, expContext, expRows } from "../arithmetic/exp.ts";
import { down, type Enclosure, up } from "../arithmetic/interval.ts";
import type { MaxOfKModel } from "../max_of_k.ts";
import type { Evaluation } from "./evaluation.ts";
import { evaluationWidths, moved, spread, type Widths } from "./evaluation_widths.ts";

/** v = d_vocab, F = K - 1 free positions. Exponentials are relative to the largest of each row. */
export interface CheckTables {
  model: MaxOfKModel;
  v: number;
  K: number;
  F: number;
  exact: {
    EQK: DyadicMatrix;
    EQP: DyadicMatrix;
    EVOU: DyadicMatrix;
    PVOU: DyadicMatrix;
    EU: DyadicMatrix;
  };
  EVOU: Enclosure;
  PVOU: Enclosure;
  EU: Enclosure;
  /** e^(EQK / sqrt(d_head)): [v, v]; e^(EQP / sqrt(d_head)): [v, K]. */
  token: Enclosure;
  position: Enclosure;
  context: ExpContext;
  /** What EVOU, EU and token are widened by, where the claim is about float32 evaluations. */
  widths?: Widths;
}

/** Recomputes every table from the weights; for a class of evaluations widened. */
export function checkTables(model: MaxOfKModel, evaluation?: Evaluation): CheckTables {
  const tables = exactTables(model);
  if (!evaluation) return tables;
  const widths = evaluationWidths(model, evaluation);
  return {
    ...tables,
    EVOU: moved(tables.EVOU, widths.EVOU),
    EU: moved(tables.EU, widths.EU),
    token: spread(tables.token, widths.weight),
    widths,
  };
}

function exactTables(model: MaxOfKModel): CheckTables {
  const { d_vocab: v, d_model: d, d_head: h, n_ctx: K } = model.config;
  const E = toDyadic(model.W_E, v, d), P = toDyadic(model.W_pos, K, d);
  const Q = toDyadic(model.W_Q, d, h), Kw = toDyadic(model.W_K, d, h);
  const V = toDyadic(model.W_V, d, h), O = toDyadic(model.W_O, h, d), U = toDyadic(model.W_U, d, v);
  const query = multiplyDyadic(
    multiplyDyadic(addRowDyadic(E, rowDyadic(P, K - 1)), Q),
    transposeDyadic(Kw),
  );
  const VOU = multiplyDyadic(multiplyDyadic(V, O), U);
  const exact = {
    EQK: multiplyDyadic(query, transposeDyadic(E)),
    EQP: multiplyDyadic(query, transposeDyadic(P)),
    EVOU: multiplyDyadic(E, VOU),
    PVOU: multiplyDyadic(P, VOU),
    EU: multiplyDyadic(addRowDyadic(E, rowDyadic(P, K - 1)), U),
  };
  const context = expContext(h);
  return {
    model,
    v,
    K,
    F: K - 1,
    exact,
    EVOU: toEnclosure(exact.EVOU),
    PVOU: toEnclosure(exact.PVOU),
    EU: toEnclosure(exact.EU),
    token: expRows(exact.EQK, context),
    position: expRows(exact.EQP, context),
    context,
  };
}

/** Upper end of a[row, x] - a[row, m]. */
export function gapUp(a: Enclosure, at: number, m: number, x: number): number {
  return up(a.hi[at + x] - a.lo[at + m]);
}

/** c · w for a weight w in [lo, hi], lo >= 0: upper end. */
export function weighUp(c: number, lo: number, hi: number): number {
  return up(c < 0 ? c * lo : c * hi);
}

/** c · w for a weight w in [lo, hi], lo >= 0: lower end. */
export function weighDown(c: number, lo: number, hi: number): number {
  return down(c < 0 ? c * hi : c * lo);
}

/** Pmax[x] = max_i PVOU[i,x] - PVOU[i,m], upper ends. */
export function worstPositions({ v, K, PVOU }: CheckTables, m: number): Float64Array {
  const out = new Float64Array(v);
  for (let x = 0; x < v; x++) {
    let top = -Infinity;
    for (let i = K - 1; i >= 0; i--) top = Math.max(top, gapUp(PVOU, i * v, m, x));
    out[x] = top;
  }
  return out;
}

/** C(n, k). */
export function choose(n: number, k: number): bigint {
  let result = 1n;
  for (let i = 1; i <= k; i++) result = result * BigInt(n - k + i) / BigInt(i);
  return result;
}

/** base^n with 0^0 = 1. */
export function pow(base: number, n: number): bigint {
  return BigInt(base) ** BigInt(n);
}

/** Sequences with last token q and maximum m. */
export function pairSize({ F }: CheckTables, q: number, m: number): bigint {
  return pow(m + 1, F) - (q < m ? pow(m, F) : 0n);
}

/**
 * For each query: sums of the n smallest and n largest free position weights, lower and upper ends.
 */
export function orderedSums({ K, F, position }: CheckTables, q: number) {
  const lo = [...position.lo.subarray(q * K, q * K + F)].sort((a, b) => a - b);
  const hi = [...position.hi.subarray(q * K, q * K + F)].sort((a, b) => a - b);
  const lower = (part: number[]) => part.reduceRight((sum, w) => Math.max(0, down(sum + w)), 0);
  const upper = (part: number[]) => part.reduceRight((sum, w) => up(sum + w), 0);
  return {
    smallest: (n: number): [number, number] => [lower(lo.slice(0, n)), upper(hi.slice(0, n))],
    largest: (n: number): [number, number] => [lower(lo.slice(F - n)), upper(hi.slice(F - n))],
  };
}
