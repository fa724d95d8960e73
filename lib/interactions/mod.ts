/**
 * Feature interactions: how features of a dictionary act together through the nonlinearities of a
 * model. On plain numbers:
 *
 * ```ts
 * import { assert, assertAlmostEquals } from "@std/assert";
 * import { formulas } from "./mod.ts";
 * const gelu = formulas.nonlinearity("gelu_new");
 * const neuron = { a: [0.9, -0.4, 0.7], c: -0.3 }; // what three features add, and all the rest
 * const exact = formulas.excess(gelu, neuron); // what their single effects leave unexplained
 * const pairs = formulas.shapleyTaylor(gelu, neuron);
 * assertAlmostEquals(pairs.reduce((x, y) => x + y), exact);
 * assert(Math.abs(exact) <= formulas.dominantBound(gelu, neuron.a));
 * ```
 *
 * From a language model and its crosscoder to the strongest pair, ablated:
 *
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { fitCrosscoder, fold } from "../crosscoder/mod.ts";
 * import { openGpu } from "../gpu/mod.ts";
 * import { createGptNeo, gptNeoConfig, initialWeights } from "../model/mod.ts";
 * import { stream } from "../numerics/mod.ts";
 * import * as interactions from "./mod.ts";
 * using gpu = await openGpu();
 * const config = gptNeoConfig({ d_vocab: 20, d_model: 8, n_layers: 1, n_heads: 2, n_ctx: 16 });
 * const model = createGptNeo(gpu, config, initialWeights(config, stream(0, "weights"), { std: 0.3 }));
 * const random = stream(0, "tokens");
 * const sequences = Array.from({ length: 24 }, () => Array.from({ length: 16 }, () => random.int(20)));
 * const text = sequences.slice(20); // not seen by the crosscoder
 *
 * const sites = ["blocks.0.ln2.hook_normalized"]; // what the MLP reads, behind the layer norm
 * const options = { sites, d_sae: 16, steps: 8, batch: 32, poolSequences: 16 };
 * const coder = fold(await fitCrosscoder(model, sequences.slice(0, 20), options));
 * const scored = await interactions.scorePairs(model, coder, {
 *   text,
 *   metrics: ["removal"],
 *   least: 8,
 *   random: stream(0, "orders"),
 * });
 * const { S_co } = scored.blocks[0].metrics.removal; // mean norm where both are active, by pair
 * const top = S_co.indexOf(Math.max(...S_co));
 *
 * const { d_sae, i, j } = scored.pairs;
 * const pair = { d_sae, i: i.slice(top, top + 1), j: j.slice(top, top + 1) };
 * const active = await interactions.activeText(model, coder, text);
 * const tokens = { pos: 16, tokens: 4, random: stream(0, "sample") };
 * const { instances } = interactions.sampleTokens(active, pair, tokens);
 * const sample = { sequences: text, active, instances };
 * const modes = { all: { sites } };
 * const { all } = await interactions.ablatePairs({ model, coder }, sample, { modes });
 * assertEquals(all.GT2.length, 4);
 * assert(all.GT2.every((norm) => norm > 0)); // both out is not the sum of each out
 * ```
 * @module
 */
// Metrics and bounds on plain numbers.
export * as formulas from "./formulas/mod.ts";

// What interacts: MLPs as their sites see them, active latents of a text, players on the device.
export { activeText } from "./players/active_text.ts";
export { blockPlayers } from "./players/blocks.ts";
export { type Mlp, mlpOf, mlpSites } from "./players/mlp.ts";
export { makePlayers, type Players } from "./players/players.ts";

// How strongly: scores of pairs where both are active, single effects, excess and bounds of neurons.
export { type BoundTotals, boundTotals } from "./pairs/bound_totals.ts";
export { dominantMatrices } from "./pairs/dominant_matrix.ts";
export { type PairInstances, pairInstances, type PairList } from "./pairs/instances.ts";
export { mainEffects } from "./pairs/main_effects.ts";
export { PAIR_METRICS, type PairMetric } from "./pairs/metrics.ts";
export { type NeuronScores, neuronScores } from "./pairs/neuron_scores.ts";
export { RATIO_BINS, type RatioBound } from "./pairs/neuron_sums.ts";
export { pairScores } from "./pairs/pair_scores.ts";
export { pairVectors } from "./pairs/pair_vectors.ts";
export { type ScoredPairs, scorePairs } from "./pairs/score_pairs.ts";

// Which pairs: statistics over a text, lists, hubs, clusters, and what chance alone would give.
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
export { rankText, valuesFor } from "./ranking/rank_text.ts";
export { type ScoredText, scoreText } from "./ranking/score_text.ts";
export { type PairSign, pairSign } from "./ranking/signs.ts";
export { type PairStatistics, pairStatistics } from "./ranking/statistics.ts";
export { type Curve, type Version, VERSIONS, versionsOf } from "./ranking/versions.ts";

// Attention: scores in parts, edges, rows, values.
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
export { chooseEdges, drawPairEdges } from "./attention/edge_sample.ts";
export { edgeScores } from "./attention/edge_scores.ts";
export { drawEdges, type Edges } from "./attention/edges.ts";
export { type Heads, headsOf } from "./attention/heads.ts";
export { pairRowMoves, type PairRows } from "./attention/pair_rows.ts";
export { addToPairTables, createPairTables, readPairTables } from "./attention/pair_tables.ts";
export { type AttentionPlayers, attentionPlayers } from "./attention/players.ts";
export { SCORE_PARTS, scoreProducts } from "./attention/score_parts.ts";
export { type ScoreShares, scoreShares } from "./attention/score_shares.ts";
export { type EdgeTruth, edgeTruth, hostAttention } from "./attention/truth.ts";
export { gatedValues, valueNorms } from "./attention/value_features.ts";
export { type AttentionWeights, attentionWeights } from "./attention/weights.ts";

// Ground truth by ablation.
export {
  ablateOnwards,
  ablatePairs,
  type AblationOptions,
  type AblationSample,
} from "./truth/ablate.ts";
export { chooseInstances } from "./truth/choose.ts";
export type { AblationMode } from "./truth/modes.ts";
export { inputSites } from "./truth/outlets.ts";
export { samplePairs } from "./truth/sample_pairs.ts";
export { meetings, sampleTokens } from "./truth/sample_tokens.ts";
export { MEASURES, type Measures } from "./truth/truth.ts";

// What agrees with ablation once other reasons are held fixed.
export * as agreement from "./agreement/mod.ts";

// Interactions as a proof's remainder: certificates, their check, what a proof costs.
export { certifyResidual, writeEncodings } from "./proof/certify.ts";
export { checkResidual, isResidualCertificate } from "./proof/checker/check.ts";
export { breakEven, type ProofLength, proofLength } from "./proof/length.ts";

// Interactions as a loss.
export { type BlockInteraction, blockInteractions } from "./penalty/block_interactions.ts";
export { penaltyLoss } from "./penalty/loss.ts";
export { type PenaltyNeurons, penaltyNeurons } from "./penalty/neurons.ts";
export { interactionPenalty, PENALTY_KINDS, type PenaltyKind } from "./penalty/penalty.ts";
export { fidelities, type Scheme, schemeLosses, SCHEMES } from "./penalty/schemes.ts";
export { measurePenalised, type PenaltyPoint, trainPenalised } from "./penalty/sweep.ts";

// Put to use: what changed between two models, pairs that never meet, pairs that carry a payload.
export { type ChangeScore, changeScores } from "./diffing/change.ts";
export { type InteractionTables, interactionTables } from "./diffing/tables.ts";
export { injectPairs } from "./adversarial/inject.ts";
export { countMeetings, pairsByMeeting } from "./adversarial/never_together.ts";
export { pairPotential } from "./adversarial/potential.ts";
export { tokenScores } from "./adversarial/token_scores.ts";

// Other groups' measures, and models of random weights.
export { pairWeights, trainQuadratic } from "./others/quadratic_decoder.ts";
export { randomWeights } from "./others/random_model.ts";

// Runs: presets, plans, phases and their results.
export { CODER_NAMES, type CoderName, MODEL_NAMES, type ModelName } from "./run/names.ts";
export { ownHash, type OwnQuality, type OwnResults, runOwn } from "./run/own.ts";
export { type PairTable, readPairTable } from "./run/pair_tables.ts";
export type { Adversarial } from "./run/phases/adversarial.ts";
export type { BlockBounds, Bounds } from "./run/phases/bounds.ts";
export type { Card, Cards, ClusterCard, Shown } from "./run/phases/cards.ts";
export type { Dictionaries, DictionaryQuality, ModelQuality } from "./run/phases/dictionaries.ts";
export type { ChangedPair, Diffing, DiffingSeed } from "./run/phases/diffing_form.ts";
export type { Intervals } from "./run/phases/intervals.ts";
export type { Others } from "./run/phases/others.ts";
export type { MeasuredPairs, Pairs } from "./run/phases/pairs.ts";
export type { Penalty } from "./run/phases/penalty.ts";
export type { Planted } from "./run/phases/planted.ts";
export type { Proof, ProofPoint } from "./run/phases/proof_form.ts";
export type { Ranking } from "./run/phases/ranking_form.ts";
export type { Sanity } from "./run/phases/sanity.ts";
export type { Suppression, SuppressionPoint } from "./run/phases/suppression.ts";
export type { Truth, TruthMode, TruthSample } from "./run/phases/truth_form.ts";
export { runInteractions } from "./run/pipeline.ts";
export { planInteractions } from "./run/plan.ts";
export { interactionsSettings } from "./run/presets.ts";
export { type InteractionsResults, readInteractions } from "./run/results.ts";
export type { InteractionsSettings } from "./run/settings.ts";
export type { InteractionsTask } from "./run/task.ts";
export { readTruthTable, type TruthTable } from "./run/truth_tables.ts";

export type * from "./types.ts";
