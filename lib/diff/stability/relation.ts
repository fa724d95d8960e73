/**
 * Is the bottom left made of latents that depend on the seed of S? Stability beside rotation, labels
 * and causes.
 *
 * @module
 */
import { median, quantile } from "../../numerics/statistics.ts";
import { partialSpearman } from "../../numerics/partial_rank_correlation.ts";
import { spearman } from "../../numerics/rank_correlation.ts";
import { type GroupAuc, groupAuc } from "../../numerics/ranks.ts";

/** What is asked of one latent; `turned`: it lies in the bottom left. */
export type StabilityRow = {
  x: number;
  y: number;
  stability: number;
  /** On which share of the tokens it fires; a run has S on ft1's activations of held-out clean text. */
  rate: number;
  turned: boolean;
  labelled: boolean;
  causal?: boolean;
};

/** A rank correlation with stability, and the same with the firing rate held fixed. */
export type Related = { spearman: number; givenRate: number };

export type StabilityRelation = {
  n: number;
  quantiles: { p5: number; p25: number; p50: number; p75: number; p95: number };
  /** Undefined where all latents have one value of something. */
  related: Record<"x" | "y" | "max", Related | undefined>;
  /** Median stability of the bottom left, undefined where it is empty, and of the other latents. */
  median: { turned?: number; others: number };
  /** That a latent of the group has a lower value than one of the others; undefined where it is empty. */
  unstable: Record<"turned" | "labelled" | "causal", GroupAuc | undefined>;
  /** Of a lower firing rate: the bottom left, and the less stable half. */
  rare: Record<"turned" | "unstable", GroupAuc | undefined>;
  /** Does max(x, y) rank the labelled ones, among the more and among the less stable half? */
  label: { stable?: GroupAuc; unstable?: GroupAuc };
};

/** With fewer there is no rank correlation that holds a third value fixed. */
export const LEAST_RELATED = 4;

/** Throws on fewer than four latents. */
export function stabilityRelation(
  rows: readonly StabilityRow[],
  { seed }: { seed: number },
): StabilityRelation {
  if (rows.length < LEAST_RELATED) {
    throw new RangeError(
      `Cannot relate stability to rotation: expected at least ${LEAST_RELATED} latents but found ${rows.length}: ` +
        "take a dictionary of which more fire",
    );
  }
  const stability = rows.map((row) => row.stability), rates = rows.map(({ rate }) => rate);
  const related = (values: number[]): Related | undefined =>
    [values, stability, rates].some(constant) ? undefined : {
      spearman: spearman(values, stability),
      givenRate: partialSpearman(values, stability, [rates]),
    };
  const at = (share: number) => quantile(stability, share);
  const lower = (
    value: (row: StabilityRow) => number,
    inGroup: (row: StabilityRow) => boolean,
    among = rows,
  ): GroupAuc | undefined => {
    const [group, others] = [true, false].map((wanted) =>
      among.filter((row) => inGroup(row) === wanted).map(value)
    );
    return groupAuc(group, others, { seed });
  };
  const middle = at(0.5),
    group = (turned: boolean) =>
      rows.filter((row) => row.turned === turned).map((row) => row.stability);
  const [turned, others] = [group(true), group(false)];
  const stable = ({ stability }: StabilityRow) => stability;
  return {
    n: rows.length,
    quantiles: { p5: at(0.05), p25: at(0.25), p50: middle, p75: at(0.75), p95: at(0.95) },
    related: {
      x: related(rows.map(({ x }) => x)),
      y: related(rows.map(({ y }) => y)),
      max: related(rows.map(cosine)),
    },
    median: { ...(turned.length > 0 && { turned: median(turned) }), others: median(others) },
    unstable: {
      turned: lower(stable, (row) => row.turned),
      labelled: lower(stable, (row) => row.labelled),
      causal: lower(stable, (row) => row.causal === true),
    },
    rare: {
      turned: lower(({ rate }) => rate, (row) => row.turned),
      unstable: lower(({ rate }) => rate, (row) => row.stability <= middle),
    },
    label: {
      stable: lower(cosine, isLabelled, rows.filter((row) => row.stability > middle)),
      unstable: lower(cosine, isLabelled, rows.filter((row) => row.stability <= middle)),
    },
  };
}

const constant = (values: number[]) => values.every((value) => value === values[0]);
const cosine = ({ x, y }: StabilityRow) => Math.max(x, y);
const isLabelled = ({ labelled }: StabilityRow) => labelled;

/** An area under the curve from which on instability would explain who turns. */
const EXPLAINS = 0.7;

/**
 * Does instability explain who is in a group? Fixed before any full run: "yes" where its area under the
 * curve is at least 0.7 and the interval lies above 0.5; "in part" where the interval lies above 0.5 and
 * the area below 0.7; "no" where the interval lies below 0.7 and holds 0.5 or lies below it; else, and
 * where a group is too small for an interval, "undecided".
 */
export function explainedBy(
  area: Pick<GroupAuc, "auc" | "interval"> | undefined,
): "yes" | "in part" | "no" | "undecided" {
  if (area?.interval === undefined) return "undecided";
  const { auc, interval: [low, high] } = area;
  if (low > 0.5) return auc >= EXPLAINS ? "yes" : "in part";
  return high < EXPLAINS ? "no" : "undecided";
}
