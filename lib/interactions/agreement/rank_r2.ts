/**
 * Whether a metric adds to what the controls predict, on pairs that the fit has not seen.
 *
 * @module
 */
import { crossValidatedR2, type FoldOptions } from "../../numerics/cross_validation.ts";
import { averageRanks } from "../../numerics/rank_correlation.ts";
import { type Columns, expectColumns } from "./columns.ts";

/** R² by truth: with the controls alone, and with the metrics beside them. */
export type RankR2 = Record<string, { controls: number; withMetrics: number }>;

/**
 * Cross-validated R² of the ranks of each truth, from the ranks of the controls and their squares,
 * without and with the ranks of the metrics. The squares let a control act along a curve, which the
 * partial coefficients cannot. Folds are cut over pairs.
 */
export function rankR2(
  { metrics, truths, controls }: { metrics: Columns; truths: Columns; controls: Columns },
  options: FoldOptions,
): RankR2 {
  expectColumns("predict ranks", { metrics, truths, controls: { controls } });
  const held = Object.values(controls).map(scaledRanks)
    .flatMap((ranks) => [ranks, ranks.map((rank) => rank * rank)]);
  const names = Object.keys(truths), targets = names.map((name) => scaledRanks(truths[name]));
  const added = Object.values(metrics).map(scaledRanks);
  const without = crossValidatedR2(targets, held, options);
  const beside = crossValidatedR2(targets, [...held, ...added], options);
  return Object.fromEntries(
    names.map((name, t) => [name, { controls: without[t], withMetrics: beside[t] }]),
  );
}

/** From -1 to 1. */
function scaledRanks(values: ArrayLike<number>): Float64Array {
  return averageRanks(values).map((rank) => (2 * rank - 1) / values.length - 1);
}
