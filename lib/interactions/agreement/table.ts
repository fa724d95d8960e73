/**
 * The table of rank agreement: how each metric orders pairs against each ground truth, under every
 * set of controls, with and without twins.
 *
 * @module
 */
import { exactly, expectForm, list, number, text, whole } from "../../io/form.ts";
import { kendall } from "../../numerics/rank_correlation.ts";
import { ndcg, precisionAtK } from "../../numerics/retrieval.ts";
import { type AgreementInput, type Columns, differs, takePairs } from "./columns.ts";
import { type Coefficients, heldFixed } from "./held_fixed.ts";

/**
 * One metric against one truth. `partial`: by set of controls, null where nothing is left of the
 * metric; `withoutTwins`: the same over the pairs that are no twins.
 */
export type AgreementRow = {
  metric: string;
  truth: string;
  partial: Record<string, number | null>;
  withoutTwins?: Record<string, number | null>;
  /** How the orders and their heads agree; not taken of every truth. */
  orders?: {
    /** Kendall's tau-b, null for a metric that is the same for all pairs. */
    kendall: number | null;
    /** Share of the k pairs that the metric puts first among the first k of the truth. */
    precision: number;
    /** Discounted gain of the size of the truth, at the same k. */
    ndcg: number;
  };
};

export type TableOptions = {
  /** Pairs in the head of a ranking. */
  k: number;
  /** Truths whose orders and heads are compared as well, and without twins. */
  orders: readonly string[];
  /** Sets of controls that pairs without twins are compared under. */
  apart: readonly string[];
  /** Two latents whose overlap exceeds this are twins. */
  twins: number;
};

const OPTIONS = exactly({
  k: whole(1),
  orders: list(text),
  apart: list(text),
  twins: number({ above: 0, most: 1 }),
});

/**
 * A row for every truth and metric. `overlap` [pairs]: how far the two latents of a pair are one
 * feature twice, from 0 to 1. Throws as heldFixed() does.
 */
export function agreementTable(
  input: AgreementInput,
  overlap: ArrayLike<number>,
  options: TableOptions,
): AgreementRow[] {
  const { twins } = expectForm("make a table of agreement", options, OPTIONS);
  const single = Array.from(overlap, (_, p) => p).filter((p) => overlap[p] <= twins);
  const all = heldFixed(input), apart = heldFixed(only(input, single, options.apart));
  return Object.entries(input.truths).flatMap(([truth, measured]) =>
    Object.entries(input.metrics).map(([metric, scores]) => ({
      metric,
      truth,
      partial: coefficients(all, { truth, metric }),
      ...(options.orders.includes(truth) && {
        withoutTwins: coefficients(apart, { truth, metric }),
        orders: orders(scores, measured, options.k),
      }),
    }))
  );
}

function orders(
  scores: ArrayLike<number>,
  truth: ArrayLike<number>,
  k: number,
): AgreementRow["orders"] {
  return {
    kendall: differs(scores) ? kendall(scores, truth) : null,
    precision: precisionAtK(scores, truth, k),
    ndcg: ndcg(scores, Float64Array.from(truth, Math.abs), k),
  };
}

function coefficients(
  found: Coefficients,
  { truth, metric }: { truth: string; metric: string },
): Record<string, number | null> {
  return Object.fromEntries(
    Object.entries(found).map(([set, truths]) => [set, truths[truth][metric]]),
  );
}

function only(
  { metrics, truths, controls }: AgreementInput,
  rows: number[],
  sets: readonly string[],
): AgreementInput {
  return {
    metrics: takePairs(metrics, rows),
    truths: takePairs(truths, rows),
    controls: Object.fromEntries(
      sets.map((set): [string, Columns] => [set, takePairs(controls[set], rows)]),
    ),
  };
}
