/**
 * Feature interactions: how features of a dictionary act together through the nonlinearities of a
 * model.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { CODER_NAMES, interactionsSettings } from "./mod.ts";
 * assertEquals(interactionsSettings("small").dictionary.k, 12);
 * assertEquals(CODER_NAMES[0], "mlp");
 * ```
 * @module
 */
export * as agreement from "./agreement/mod.ts";
export * as formulas from "./formulas/mod.ts";
export { type BoundTotals, boundTotals } from "./pairs/bound_totals.ts";
export { dominantMatrices } from "./pairs/dominant_matrix.ts";
export { type PairInstances, pairInstances, type PairList } from "./pairs/instances.ts";
export { mainEffects } from "./pairs/main_effects.ts";
export { PAIR_METRICS, type PairMetric } from "./pairs/metrics.ts";
export { type NeuronScores, neuronScores } from "./pairs/neuron_scores.ts";
export { pairScores } from "./pairs/pair_scores.ts";
export { pairVectors } from "./pairs/pair_vectors.ts";
export { type ScoredPairs, scorePairs } from "./pairs/score_pairs.ts";
export { type ActiveLatents, activeLatents } from "./players/active.ts";
export { blockPlayers } from "./players/blocks.ts";
export { type Mlp, mlpOf, mlpSites } from "./players/mlp.ts";
export { makePlayers, type Players } from "./players/players.ts";
export { type TextPart, textParts } from "./players/text.ts";
export { affinityPropagation } from "./ranking/affinity_propagation.ts";
export { type PairEvidence, pairEvidence } from "./ranking/cards.ts";
export { type Cluster, interactionClusters } from "./ranking/clusters.ts";
export { type ExcessShares, excessShares } from "./ranking/excess_shares.ts";
export { type GatheredPairs, gatherPairs } from "./ranking/gather.ts";
export { heldOutMember } from "./ranking/held_out_member.ts";
export { hubs, relativeHubs } from "./ranking/hubs.ts";
export { listed, type RankedPair, rankedPairs, type RankedText } from "./ranking/lists.ts";
export { nullCrosscoder, NULLS } from "./ranking/nulls.ts";
export { denseLatents, type Firing, firingOf, pairOverlaps } from "./ranking/overlap.ts";
export { type PairPoints, pairPoints } from "./ranking/pair_points.ts";
export { rankText } from "./ranking/rank_text.ts";
export { type ScoredText, scoreText } from "./ranking/score_text.ts";
export { type PairSign, pairSign } from "./ranking/signs.ts";
export { type PairStatistics, pairStatistics } from "./ranking/statistics.ts";
export { type Curve, type Version, VERSIONS, versionsOf } from "./ranking/versions.ts";
export { type AblationOptions, type AblationSample } from "./truth/ablate.ts";
export { ablateOnwards, ablatePairs } from "./truth/ablate.ts";
export { chooseInstances } from "./truth/choose.ts";
export type { AblationMode } from "./truth/modes.ts";
export { inputSites } from "./truth/outlets.ts";
export { samplePairs } from "./truth/sample_pairs.ts";
export { meetings, sampleTokens } from "./truth/sample_tokens.ts";
export { MEASURES, type Measures } from "./truth/truth.ts";
export { activeText } from "./players/active_text.ts";
export type { Truth, TruthMode, TruthSample } from "./run/phases/truth_form.ts";
export { readTruthTable, type TruthTable } from "./run/truth_tables.ts";
export { CODER_NAMES, type CoderName, MODEL_NAMES, type ModelName } from "./run/names.ts";
export type { BlockBounds, Bounds } from "./run/phases/bounds.ts";
export type { Adversarial } from "./run/phases/adversarial.ts";
export type { Dictionaries, DictionaryQuality, ModelQuality } from "./run/phases/dictionaries.ts";
export type { Card, Cards, ClusterCard, Shown } from "./run/phases/cards.ts";
export type { Ranking } from "./run/phases/ranking_form.ts";
export type { ChangedPair, Diffing, DiffingSeed } from "./run/phases/diffing.ts";
export type { MeasuredPairs, Pairs } from "./run/phases/pairs.ts";
export { type PairTable, readPairTable } from "./run/pair_tables.ts";
export type { Measure } from "./suppression/measures.ts";
export type { Suppression, SuppressionPoint } from "./run/phases/suppression.ts";
export { ownHash, type OwnResults, runOwn } from "./run/own.ts";
export { runInteractions } from "./run/pipeline.ts";
export { planInteractions } from "./run/plan.ts";
export { type InteractionsSettings, interactionsSettings } from "./run/presets.ts";
export { type InteractionsResults, readInteractions } from "./run/results.ts";
export type { InteractionsTask } from "./run/task.ts";
export { certifyResidual, writeEncodings } from "./proof/certify.ts";
export { checkResidual, isResidualCertificate } from "./proof/checker/check.ts";
export {
  type BlockReport,
  EDGE_SAMPLES,
  EDGE_TRUTHS,
  type SampleAgreement,
} from "./attention/block_report.ts";
export { type AttentionSettings, measureAttention } from "./attention/blocks.ts";
export { type Concentration, concentration } from "./attention/concentration.ts";
export { crossPositions, crossPositionShares } from "./attention/cross_position.ts";
export { EDGE_METRICS, type EdgeMetrics, edgeMetrics } from "./attention/edge_metrics.ts";
export { edgeScores } from "./attention/edge_scores.ts";
export { chooseEdges, drawPairEdges } from "./attention/edge_sample.ts";
export { drawEdges, type Edges } from "./attention/edges.ts";
export { type Heads, headsOf } from "./attention/heads.ts";
export { addToPairTables, createPairTables, readPairTables } from "./attention/pair_tables.ts";
export { pairRowMoves, type PairRows } from "./attention/pair_rows.ts";
export { type AttentionPlayers, attentionPlayers } from "./attention/players.ts";
export { SCORE_PARTS, scoreProducts } from "./attention/score_parts.ts";
export { type ScoreShares, scoreShares } from "./attention/score_shares.ts";
export { type EdgeTruth, edgeTruth, hostAttention } from "./attention/truth.ts";
export { gatedValues, valueNorms } from "./attention/value_features.ts";
export { type AttentionWeights, attentionWeights } from "./attention/weights.ts";
export { type PenaltyNeurons, penaltyNeurons } from "./penalty/neurons.ts";
export { interactionPenalty, PENALTY_KINDS, type PenaltyKind } from "./penalty/penalty.ts";
export { penaltyLoss } from "./penalty/loss.ts";
export { fidelities, type Scheme, schemeLosses, SCHEMES } from "./penalty/schemes.ts";
export { measurePenalised, type PenaltyPoint, trainPenalised } from "./penalty/sweep.ts";
export { RATIO_BINS, type RatioBound } from "./pairs/neuron_sums.ts";
export { breakEven, type ProofLength, proofLength } from "./proof/length.ts";
export type { Intervals } from "./run/phases/intervals.ts";
export type { Planted } from "./run/phases/planted.ts";
export type { Proof, ProofPoint } from "./run/phases/proof_form.ts";
export type { Sanity } from "./run/phases/sanity.ts";
export { pairWeights, trainQuadratic } from "./others/quadratic_decoder.ts";
export { randomWeights } from "./others/random_model.ts";
export { type BlockInteraction, blockInteractions } from "./penalty/block_interactions.ts";
