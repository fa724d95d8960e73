/**
 * The table of rank agreement: how each metric orders pairs against each ground truth, under every
 * set of controls, with and without twins.
 *
 * @module
 */
import { exactly, expectForm, number, whole } from "../../io/form.ts";
import { kendall } from "../../numerics/rank_correlation.ts";
import { ndcg, precisionAtK } from "../../numerics/retrieval.ts";
import { type AgreementInput, type Columns, takePairs } from "./columns.ts";
import { heldFixed } from "./held_fixed.ts";

/**
 * One metric against one truth. `partial`: by set of controls, null where nothing is left of the
 * metric; `withoutTwins`: the same over the pairs that are no twins.
 */
export type AgreementRow = {
  metric: string;
  truth: string;
  partial: Record<string, number | null>;
  withoutTwins: Record<string, number | null>;
  /** Kendall's tau-b, null for a metric that is the same for all pairs. */
  kendall: number | null;
  /** Share of the k pairs that the metric puts first among the first k of the truth. */
  precision: number;
  /** Of the size of the truth, at the same k. */
  ndcg: number;
};

export type TableOptions = {
  /** Heads of the rankings. */
  k: number;
  /** Two latents whose overlap exceeds this are twins. */
  twins: number;
};

const OPTIONS = exactly({ k: whole(1), twins: number({ above: 0, most: 1 }) });

/**
 * A row for every truth and metric. `overlap` [pairs]: how far the two latents of a pair are one
 * feature twice, from 0 to 1. Throws as heldFixed() does.
 */
export function agreementTable(
  input: AgreementInput,
  overlap: ArrayLike<number>,
  options: TableOptions,
): AgreementRow[] {
  const { k, twins } = expectForm("make a table of agreement", options, OPTIONS);
  const single = Array.from(overlap, (_, p) => p).filter((p) => overlap[p] <= twins);
  const all = heldFixed(input), apart = heldFixed(only(input, single));
  const sets = Object.keys(input.controls);
  return Object.entries(input.truths).flatMap(([truth, measured]) => {
    const gains = Float64Array.from(measured, Math.abs);
    return Object.entries(input.metrics).map(([metric, scores]) => ({
      metric,
      truth,
      partial: Object.fromEntries(sets.map((set) => [set, all[set][truth][metric]])),
      withoutTwins: Object.fromEntries(sets.map((set) => [set, apart[set][truth][metric]])),
      kendall: differs(scores) ? kendall(scores, measured) : null,
      precision: precisionAtK(scores, measured, k),
      ndcg: ndcg(scores, gains, k),
    }));
  });
}

function only({ metrics, truths, controls }: AgreementInput, rows: number[]): AgreementInput {
  return {
    metrics: takePairs(metrics, rows),
    truths: takePairs(truths, rows),
    controls: Object.fromEntries(
      Object.entries(controls).map(([set, columns]): [string, Columns] => [
        set,
        takePairs(columns, rows),
      ]),
    ),
  };
}

function differs(values: ArrayLike<number>): boolean {
  return Array.prototype.some.call(values, (value) => value !== values[0]);
}
