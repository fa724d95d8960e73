/**
 * Every metric and bound of interactions on plain numbers, in float64: what the kernels are held
 * against, and what a notebook tries by hand.
 *
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import { dominantBound, excess, mixedDifference, nonlinearity, shapleyTaylor } from "./mod.ts";
 * const relu = nonlinearity("relu");
 * assertAlmostEquals(mixedDifference(relu, { a: 1, b: 2, c: -1.5 }), 1); // an AND
 * const neuron = { a: [0.9, -0.4, 0.7], c: -0.3 };
 * const pairs = shapleyTaylor(relu, neuron).reduce((x, y) => x + y);
 * assertAlmostEquals(pairs, excess(relu, neuron)); // pairs hold all that does not add up
 * assertAlmostEquals(dominantBound(relu, neuron.a), 1.1);
 * ```
 * @module
 */
export {
  type AblatedLogits,
  additiveKl,
  additiveLogits,
  logitInteraction,
  lossInteraction,
} from "./additive_logits.ts";
export { type Bilinear, bilinearForm, bilinearOutput, bilinearPair } from "./bilinear.ts";
export { CATALOGUE, type CataloguedMetric, type Standing } from "./catalogue.ts";
export {
  crossPosition,
  crossPositionBound,
  crossPositionWeights,
  type KeyPair,
  participation,
} from "./cross_position.ts";
export {
  dominantBound,
  dominantFeature,
  dominantLipschitzBound,
  dominantRest,
  dominantShare,
} from "./dominant.ts";
export { addDominant, type DominantToken, tokenScore } from "./dominant_matrix.ts";
export {
  type AttentionRow,
  attentionWithout,
  type Edge,
  edgeFirstOrder,
  edgeRemoval,
  edgeStrength,
  rowOutput,
  rowRemoval,
  rowRemovalBound,
  rowWithout,
  totalVariation,
  variationBound,
} from "./edge_removal.ts";
export { cancellationMass, excess, fewHotRemainder, largestOnly, signedMass } from "./excess.ts";
export { kinkInReach, minBound, sumOfSizes } from "./excess_bounds.ts";
export { excessRange, type NeuronBox } from "./excess_range.ts";
export { fidelity, type SchemeLosses } from "./fidelity.ts";
export { fourPointDifference, type FourPoints, fourPointVector } from "./four_points.ts";
export { gatedExcess, gatedMixedDifference } from "./gated.ts";
export {
  expectedGates,
  gateError,
  gateFlips,
  gateFlipSize,
  type GateSample,
  gateShares,
  majorityGates,
} from "./gates.ts";
export { leastSingularValue } from "./identifiability.ts";
export {
  integratedHessian,
  type PathMeans,
  pathMeans,
  plainHessian,
} from "./integrated_hessian.ts";
export {
  layerNormInsertion,
  layerNormSecondDerivative,
  type LayerNormSteps,
  normalised,
} from "./layer_norm.ts";
export {
  archipelago,
  curvatureBound,
  kinkReachable,
  type Meeting,
  mixedDifference,
  oscBound,
  type PairContext,
  pairContext,
  reluMixedDifference,
} from "./mixed_difference.ts";
export {
  deviation,
  gateFlipStrength,
  gram,
  gramNorm,
  jacobianChange,
  mainEffect,
  type MlpToken,
  neuronOf,
  pairOfNeurons,
  residual,
  triangleNorm,
  written,
} from "./mlp.ts";
export { type Neuron, pairsOf, preActivation } from "./neuron.ts";
export { type Nonlinearity, nonlinearity, type NonlinearityName } from "./nonlinearity.ts";
export { type MeetingBox, pairRange } from "./pair_range.ts";
export {
  type AttentionInput,
  centredRow,
  type QueryKeyHead,
  scoreOf,
  type ScoreParts,
  scoreParts,
  softmax,
  type Turn,
} from "./score_parts.ts";
export { attendedSum, coAttention, lookBack, type PairSums } from "./score_sums.ts";
export { weightScreen } from "./screen.ts";
export { shapleyTaylor, shapleyTaylorOf } from "./shapley_taylor.ts";
export { type TelescopingTerm, telescopingTerms } from "./telescoping.ts";
export { gatedValue, valueContribution, type ValueFeature } from "./value_features.ts";
export { type Interval } from "./intervals.ts";
