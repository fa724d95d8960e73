/**
 * The folded tables of a Max-of-K model, exact, and their float64 enclosures.
 *
 * With q the last token and a the softmax over i of (EQK[q, t_i] + EQP[q, i]) / sqrt(d_head):
 *
 *   logits(t) = EU[q] + sum_i a_i (EVOU[t_i] + PVOU[i])
 *
 * Made once for a model and shared by all its strategies. E and P are the raw embeddings: the mean
 * position cancels from every exact table.
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
import type { Enclosure } from "../arithmetic/interval.ts";
import type { EvaluationClass } from "../evaluation/classes.ts";
import type { EvaluationWidths } from "../evaluation/widths.ts";
import { type Flops, matmulFlops } from "./flops.ts";
import { checkMaxOfK, type MaxOfKModel, maxOfKShapes } from "../max_of_k.ts";

/** Names of the tables; v = d_vocab, K = n_ctx. */
export type TableName = "EQK" | "EQP" | "EVOU" | "PVOU" | "EU";

/** All tables of one model. */
export interface ProofTables {
  /** The model that they are of. */
  model: MaxOfKModel;
  /** d_vocab. */
  v: number;
  /** n_ctx. */
  K: number;
  /** [v, v], [v, K], [v, v], [K, v], [v, v]; the first two before the division by sqrt(d_head). */
  exact: Record<TableName, DyadicMatrix>;
  /** [v, v]. */
  EVOU: Enclosure;
  /** [K, v]. */
  PVOU: Enclosure;
  /** [v, v]. */
  EU: Enclosure;
  /** e^((EQK[q, t] - max_t) / sqrt(d_head)): [v, v]. */
  expEQK: Enclosure;
  /** e^((EQP[q, i] - max_i) / sqrt(d_head)): [v, K]. */
  expEQP: Enclosure;
  /** Constants of the exponentials. */
  context: ExpContext;
  /** Where EVOU, EU and expEQK are widened: for every float32 evaluation of a class, see widen(). */
  evaluation?: { errors: EvaluationClass; widths: EvaluationWidths };
}

/** All tables of a model; throws where the model is no Max-of-K model. */
export function makeTables(model: MaxOfKModel): ProofTables {
  checkMaxOfK(model);
  const { d_vocab: v, d_head, n_ctx: K } = model.config;
  const shapes = maxOfKShapes(model.config);
  const exactWeight = (name: keyof typeof shapes) => toDyadic(model[name], ...shapes[name]);
  const E = exactWeight("W_E"), P = exactWeight("W_pos"), U = exactWeight("W_U");
  const Eq = addRowDyadic(E, rowDyadic(P, K - 1));
  const EqQ = multiplyDyadic(Eq, exactWeight("W_Q"));
  const W_K = exactWeight("W_K"), W_V = exactWeight("W_V");
  const OU = multiplyDyadic(exactWeight("W_O"), U);
  const keys = (X: DyadicMatrix) => transposeDyadic(multiplyDyadic(X, W_K));
  const exact = {
    EQK: multiplyDyadic(EqQ, keys(E)),
    EQP: multiplyDyadic(EqQ, keys(P)),
    EVOU: multiplyDyadic(multiplyDyadic(E, W_V), OU),
    PVOU: multiplyDyadic(multiplyDyadic(P, W_V), OU),
    EU: multiplyDyadic(Eq, U),
  };
  const context = expContext(d_head);
  return {
    model,
    v,
    K,
    exact,
    EVOU: toEnclosure(exact.EVOU),
    PVOU: toEnclosure(exact.PVOU),
    EU: toEnclosure(exact.EU),
    expEQK: expRows(exact.EQK, context),
    expEQP: expRows(exact.EQP, context),
    context,
  };
}

/**
 * Adds what the named tables (and their exponentials) cost; a product that two share counts once.
 */
export function countTables(flops: Flops, tables: ProofTables, names: readonly TableName[]): void {
  const { d_vocab: v, d_model: d, d_head: h, n_ctx: K } = tables.model.config;
  const uses = (...wanted: TableName[]) => wanted.some((name) => names.includes(name));
  if (uses("EQK", "EQP", "EU")) flops.total += v * d;
  if (uses("EQK", "EQP")) flops.total += matmulFlops(v, d, h);
  if (uses("EVOU", "PVOU")) flops.total += matmulFlops(h, d, v);
  // Score tables: product, maximum per row, then subtract, scale and exponentiate each entry.
  const score = (n: number) =>
    matmulFlops(n, d, h) + matmulFlops(v, h, n) + v * (n - 1) + 3 * v * n;
  if (uses("EQK")) flops.total += score(v);
  if (uses("EQP")) flops.total += score(K);
  if (uses("EVOU")) flops.total += matmulFlops(v, d, h) + matmulFlops(v, h, v);
  if (uses("PVOU")) flops.total += matmulFlops(K, d, h) + matmulFlops(K, h, v);
  if (uses("EU")) flops.total += matmulFlops(v, d, v);
}
