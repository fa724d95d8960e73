/** Types that signatures of this room name, for whoever writes them down. @module */
export type { Difference } from "./adversarial/between.ts";
export type { Detection } from "./adversarial/detection.ts";
export type { Injection } from "./adversarial/inject.ts";
export type { InjectedGroup } from "./adversarial/injected_groups.ts";
export type { Distances } from "./adversarial/mahalanobis.ts";
export type { MeetingCounts, PairsByMeeting } from "./adversarial/never_together.ts";
export type { PairPotential, SiteMlp } from "./adversarial/potential.ts";
export type { SplicedGroup, Splices } from "./adversarial/spliced_groups.ts";
export type { Reference, TOKEN_SCORES, TokenScore } from "./adversarial/token_scores.ts";
export type { LatentMeans } from "./agreement/baselines/latent_means.ts";
export type { LatentShare } from "./attention/block_report.ts";
export type { CrossPositions } from "./attention/cross_position.ts";
export type { EdgeAgreement } from "./attention/edge_agreement.ts";
export type { EdgeSampleSizes, PairSizes } from "./attention/edge_sample.ts";
export type { EdgeScores } from "./attention/edge_scores.ts";
export type { Causal } from "./attention/edges.ts";
export type { PairAgreement, PairsAgreement } from "./attention/pair_agreement.ts";
export type { PairRowMoves } from "./attention/pair_rows.ts";
export type { PairSums, PairTables } from "./attention/pair_tables.ts";
export type { Split } from "./attention/players.ts";
export type { ScoreProducts } from "./attention/score_parts.ts";
export type { HostAttention } from "./attention/truth.ts";
export type { GatedValue } from "./attention/value_features.ts";
export type { IntervalSettings } from "./bounds/interval_settings.ts";
export type { BOX_BOUNDS, BoxBound } from "./bounds/layer_box.ts";
export type { CHANGE_SCORES } from "./diffing/change.ts";
export type { Advantage, LabelRanking } from "./diffing/ranking.ts";
export type { PairContext } from "./formulas/mixed_difference.ts";
export type { Quadratic, QuadraticOptions } from "./others/quadratic_decoder.ts";
export type { CoOccurrence, WeightsAgreement } from "./others/weights_agreement.ts";
export type {
  NEURON_MAXIMA,
  NEURON_SUMS,
  NEURON_VIOLATIONS,
  NeuronMaximum,
  NeuronSum,
  NeuronViolation,
  RATIO_BOUNDS,
} from "./pairs/neuron_sums.ts";
export type { PairScoreOptions } from "./pairs/pair_scores.ts";
export type { PenaltyBatch } from "./penalty/penalty.ts";
export type { KEPT, SchemeLosses } from "./penalty/schemes.ts";
export type { Penalised, PenaltyTraining } from "./penalty/sweep.ts";
export type { ErrorNode } from "./planted/error_node.ts";
export type { LogicRecall, LogicSettings } from "./planted/logic.ts";
export type { BilinearCheck, GatedCheck } from "./planted/products.ts";
export type { Recall } from "./planted/recall.ts";
export type { LogicSizes, Rule, RULES } from "./planted/task.ts";
export type { PlantedTraining } from "./planted/train.ts";
export type { Block } from "./players/blocks.ts";
export type { ActiveArrays, CertifiedResidual } from "./proof/certify.ts";
export type { ResidualClaim } from "./proof/checker/certificate.ts";
export type { ProofFiles, ResidualVerdict } from "./proof/checker/check.ts";
export type { Method, METHODS } from "./proof/checker/residual.ts";
export type { Place } from "./proof/checker/subject.ts";
export type { ProofModel, ProofSizes } from "./proof/length.ts";
export type { Needed, PairsNeeded } from "./proof/pairs_needed.ts";
export type { Transition } from "./proof/transition.ts";
export type { Affinity, AffinityOptions } from "./ranking/affinity_propagation.ts";
export type { EvidenceOptions, Places } from "./ranking/cards.ts";
export type { Choice } from "./ranking/choices.ts";
export type { ClusterTrial, ClusterTrials } from "./ranking/cluster_trial.ts";
export type { ScoredPart } from "./ranking/gather.ts";
export type { HeldOutMember, HeldOutOptions } from "./ranking/held_out_member.ts";
export type { ListOptions } from "./ranking/lists.ts";
export type { NullName, NullOptions } from "./ranking/nulls.ts";
export type { Overlaps } from "./ranking/overlap.ts";
export type { Point } from "./ranking/pair_points.ts";
export type { ScoredBlock, ScoreTextOptions } from "./ranking/score_text.ts";
export type { PairToken } from "./ranking/signs.ts";
export type { LatentPairs, PairedInstances } from "./ranking/statistics.ts";
export type { Ranked } from "./ranking/strongest.ts";
export type { VersionBlock, VersionOptions } from "./ranking/versions.ts";
export type { StatisticName, STATISTICS, TableOf } from "./run/pair_tables.ts";
export type { CoderNeed, Finished, Phase, PhaseWork } from "./run/phase.ts";
export type { InteractionOnly } from "./run/phases/diffing_form.ts";
export type { IntervalBlock } from "./run/phases/intervals.ts";
export type { PHASES } from "./run/phases/mod.ts";
export type { Untrained } from "./run/phases/others.ts";
export type { Certified } from "./run/phases/proof_form.ts";
export type { DictionaryRow, Hub, PairListing, TwinShares } from "./run/phases/ranking_form.ts";
export type { FrozenBlock, SanityBlock } from "./run/phases/sanity.ts";
export type { Carrier, Matching, MeanTraits } from "./run/phases/suppression_ways.ts";
export type { PhaseResults, ResultOf } from "./run/results.ts";
export type {
  DictionarySettings,
  RankingSettings,
  SuppressionSettings,
  TruthSettings,
} from "./run/settings.ts";
export type { Sources, TextName } from "./run/sources.ts";
export type { SampleName, SAMPLES, TruthOf } from "./run/truth_tables.ts";
export type { SUPPRESSION_MEASURES, SuppressionMeasures } from "./suppression/texts.ts";
export type { MeasuredList, SampleSizes } from "./truth/choose.ts";
export type { PairScoresToSample } from "./truth/sample_pairs.ts";
export type { TokenSample } from "./truth/sample_tokens.ts";
