/**
 * Chance and its limits: seeded random streams, counts with intervals, quantiles, rank tests and
 * correlations, cross-validation, float64 linear algebra.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import * as numerics from "./mod.ts";
 * const random = numerics.stream(0, "example");
 * const again = numerics.stream(0, "example");
 * assertEquals(random.int(100), again.int(100));
 * assertEquals(numerics.quantile([1, 2, 3, 4], 0.5), 2.5);
 * assertEquals(numerics.auc([1, 2], [3, 4]), 1);
 * ```
 * @module
 */
export { bootstrapInterval, bootstrapIntervals, type BootstrapOptions } from "./bootstrap.ts";
export { cosine } from "./cosine.ts";
export {
  baseRate,
  type Count,
  countOf,
  percentOf,
  randomRows,
  shareDifference,
  wilsonInterval,
} from "./counts.ts";
export { crossValidatedR2, foldOf } from "./cross_validation.ts";
export {
  adjustedP,
  benjaminiHochberg,
  empiricalP,
  knockoffs,
  unchangedShare,
} from "./false_discoveries.ts";
export { column, type Matrix, matrix, multiply, type Svd, svd } from "./linear_algebra.ts";
export { type Nmf, nmf, type NmfOptions, nmfUpdate } from "./nmf.ts";
export { largest, largestSize, smallest } from "./numbers.ts";
export { partialSpearman, rankControls, rankResidual } from "./partial_rank_correlation.ts";
export { holm } from "./holm.ts";
export { type Random, stream } from "./random.ts";
export { averageRanks, kendall, pearson, spearman } from "./rank_correlation.ts";
export { averagePrecision, ndcg, precisionAtK } from "./retrieval.ts";
export { auc, bootstrapAuc, type GroupAuc, groupAuc, LEAST_RANKED } from "./ranks.ts";
export { signFlip } from "./sign_flip.ts";
export {
  type Fit,
  linearFit,
  median,
  moments,
  quantile,
  type Spread,
  spread,
} from "./statistics.ts";

export type * from "./types.ts";
