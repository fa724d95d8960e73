/**
 * Which scores order pairs as ablation does, once other reasons for the same order are held fixed.
 *
 * Co-activation and the size of the two main effects order pairs much as their interaction does, so
 * that a score which holds no interaction at all agrees with ablation. The set of controls decides
 * what an agreement means: give each coefficient with the set that it was taken under.
 *
 * @module
 */
import {
  centredRanks,
  type RankControls,
  rankControls,
  residualOfRanks,
} from "../../numerics/partial_rank_correlation.ts";
import { type AgreementInput, type Columns, expectColumns, mapColumns } from "./columns.ts";

/**
 * By set of controls, truth and metric: the partial Spearman coefficient, null for a metric that the
 * controls determine or that is the same for all pairs.
 */
export type Coefficients = Record<string, Record<string, Record<string, number | null>>>;

/**
 * Spearman's coefficient of every metric with every truth under each set of controls; each ranking
 * is taken once. Throws on a truth that the controls determine, on a constant control, and on too
 * few pairs.
 *
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import { heldFixed } from "./held_fixed.ts";
 * const truths = { ablation: [1, 2, 3, 4, 5] }, metrics = { ours: [1, 2, 3, 5, 4] };
 * const { raw } = heldFixed({ metrics, truths, controls: { raw: {} } });
 * assertAlmostEquals(raw.ablation.ours!, 0.9, 1e-12);
 * ```
 */
export function heldFixed(input: AgreementInput): Coefficients {
  expectColumns("compare rankings", input);
  return coefficientsOf(input.truths, rankMetrics(input));
}

/** What does not depend on the truth: by set of controls what is left of every metric's ranks. */
export type RankedMetrics = {
  set: string;
  held: RankControls;
  metrics: Record<string, Float64Array | undefined>;
}[];

/** Ranks metrics under every set of controls, for truths that are yet to come. */
export function rankMetrics(
  { metrics, controls }: Pick<AgreementInput, "metrics" | "controls">,
): RankedMetrics {
  const pairs = [metrics, ...Object.values(controls)].flatMap(Object.values)[0]?.length ?? 0;
  const ranks = mapColumns(metrics, (values) => centredRanks(values));
  return Object.entries(controls).map(([set, columns]) => {
    const held = rankControls(Object.values(columns), { rows: pairs });
    return {
      set,
      held,
      metrics: mapColumns(ranks, (own) => residualOfRanks(held, own)),
    };
  });
}

/** The coefficients of truths with ranked metrics. Throws as heldFixed() does. */
export function coefficientsOf(truths: Columns, ranked: RankedMetrics): Coefficients {
  const ranks = mapColumns(truths, (values) => centredRanks(values));
  return Object.fromEntries(
    ranked.map(({ set, held, metrics }) => [
      set,
      mapColumns(ranks, (own, name) => {
        const truth = residualOfRanks(held, own);
        if (!truth) refuseTruth(name, set);
        return Object.fromEntries(
          Object.entries(metrics).map(([metric, left]) => [metric, left ? dot(left, truth) : null]),
        );
      }),
    ]),
  );
}

function refuseTruth(name: string, set: string): never {
  throw new RangeError(
    `Cannot compare rankings: expected a truth that the controls leave something of but found ` +
      `${name} constant, or a function of ${set}: leave it out`,
  );
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return Math.max(-1, Math.min(1, sum));
}
