/**
 * Rank agreement of pair scores with ablation, other reasons for it held fixed.
 *
 * ```ts
 * import { assert } from "@std/assert";
 * import * as agreement from "./mod.ts";
 * const score = [2, 1, 4, 3, 6, 5], ablation = [1, 2, 3, 4, 5, 6.5];
 * const given = { metrics: { score }, truths: { ablation } };
 * const { raw } = agreement.heldFixed({ ...given, controls: { raw: {} } });
 * assert(raw.ablation.score! > 0.8);
 * ```
 * @module
 */
export { scoreFlops, type ScoreSizes } from "./costs.ts";
export type { AgreementInput, Columns } from "./columns.ts";
export {
  type AblationCase,
  type ComparedCase,
  type ComparedInterval,
  compareMetrics,
  type Comparison,
  type ComparisonOptions,
} from "./compare.ts";
export { CONTROL_SETS, controlSets } from "./controls.ts";
export { type Coefficients, heldFixed } from "./held_fixed.ts";
export { documentIntervals, pairIntervals } from "./intervals.ts";
export { type Measured, pairMeans, reliability } from "./measured.ts";
export { rankR2 } from "./rank_r2.ts";
export { type Cell, codersNamed, intervalOf, overCoders, rowOf } from "./read.ts";
export type { Agreement, CoderAgreement } from "./result.ts";
export { type AgreementRow, agreementTable } from "./table.ts";
export { coActivation } from "./baselines/co_activation.ts";
export { decoderCosines } from "./baselines/decoder_cosine.ts";
export { latentMeans, normalised, productOfMeans } from "./baselines/latent_means.ts";
export { attributionMismatch } from "./baselines/attribution_mismatch.ts";
export { weightPotential } from "./baselines/weight_potential.ts";
