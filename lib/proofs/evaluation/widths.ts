/**
 * How far any evaluation of a class can be from real arithmetic, in the folded tables.
 *
 * In every evaluation (classes.ts) the logits differ as those of a model in real arithmetic whose
 * tables are moved, at each position by an amount of its own, by at most these widths:
 *
 *   logit[x] - logit[m] has the sign of  sum_i w_i (C_x(i) - C_m(i)),
 *   C_x(i) = EVOU[t_i, x] + PVOU[i, x] + EU[q, x],  w_i = expEQK[q, t_i] expEQP[q, i],
 *
 * with expEQK multiplied by something from 1 / spread to spread, EVOU and EU moved by at most their
 * widths. Why: a computed sum of n products p is off by at most gamma_n sum |p|, whatever its order
 * (Higham, "Accuracy and Stability of Numerical Algorithms", 4.2), and later matrices carry an
 * error on exactly. Sizes of sums over positions are at most the attention-weighted sizes of their
 * terms, so all errors are linear in the computed attention, as the logits are. What the softmax
 * does to all weights alike cancels. EU, which has the factor 1 and not the sum of the weights,
 * takes the difference of the two. Flushed and underflowed numbers are carried as multiples of
 * 2^-126. A sum that could overflow makes every width infinite.
 * @module
 */
import { addIntervals, multiplyIntervals, pointMatrix } from "../arithmetic/interval_matrix.ts";
import type { MaxOfKModel } from "../max_of_k.ts";
import { type Flops, matmulFlops } from "../tables/flops.ts";
import type { Chain } from "./chain.ts";
import type { EvaluationClass } from "./classes.ts";
import { logitWidths } from "./logit_widths.ts";
import { scoreSpread } from "./score_spread.ts";
import { eachSize, plusSizes, sizesOf, TINY } from "./sizes.ts";

/** Widths of the tables of one model: [v, v] each, index q * v + t, t * v + x, q * v + x. */
export interface EvaluationWidths {
  /** Factors from 1: expEQK[q, t] may be divided or multiplied by them. */
  spread: Float64Array;
  /** By how much entries of EVOU may be off. */
  EVOU: Float64Array;
  /** By how much entries of EU may be off. */
  EU: Float64Array;
  /** Real operations that it took to make them. */
  flops: number;
}

/** The widths of a class for a model. */
export function evaluationWidths(model: MaxOfKModel, errors: EvaluationClass): EvaluationWidths {
  const { d_vocab: v, d_model: d, n_ctx: K } = model.config;
  const flops: Flops = { total: 0 };
  const at = (W: Float32Array, row: (n: number) => number) =>
    pointMatrix(
      Float64Array.from({ length: K * v * d }, (_, n) => W[row(Math.floor(n / d)) * d + n % d]),
      K * v,
      d,
    );
  const rows = addIntervals(
    at(model.W_E, (n) => n % v),
    at(model.W_pos, (n) => Math.floor(n / v)),
  );
  const size = sizesOf(rows);
  const rowError = eachSize([size], (r) => errors.round * r + 4 * TINY, flops);
  const computed = plusSizes(flops, size, rowError);
  const chain: Chain = {
    model,
    errors,
    flops,
    rows,
    computed,
    rowError,
    times(a, b) {
      flops.total += matmulFlops(a.rows, a.cols, b.cols);
      return multiplyIntervals(a, b);
    },
  };
  const spread = scoreSpread(chain), { EVOU, EU } = logitWidths(chain);
  const all = [spread, EVOU, EU];
  const bounded = all.every((widths) => widths.every((x) => x < Infinity));
  if (!bounded) { for (const widths of all) widths.fill(Infinity); }
  return { spread, EVOU, EU, flops: flops.total };
}
