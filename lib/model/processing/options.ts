/**
 * What TransformerLens does to the weights of a model that it loads. Neither step changes the
 * probabilities of the next token.
 * @module
 */
import { exactly, expectForm, flag, maybe } from "../../io/form.ts";

/**
 * The steps of `HookedTransformer.from_pretrained`, each done unless it is false, as there (2.15 and
 * 3.9 alike; its fifth, refactor_factored_attn_matrices, is off there and not here at all).
 */
export type Processing = {
  /**
   * fold_ln: weights and biases of the norms go into what reads them, which is centred as well where
   * the norm takes the mean away. RMS norms have weights alone and nothing is centred.
   */
  foldLayerNorm?: boolean;
  /**
   * center_writing_weights: everything that is written into the residual stream has mean 0 over
   * d_model. Not done, as there, in models with RMS norms, which would notice.
   */
  centreWriting?: boolean;
  /** center_unembed: logits have mean 0 over the vocabulary. */
  centreUnembed?: boolean;
  /**
   * fold_value_biases: b_V goes through W_O into b_O, since weights of attention add up to 1. A
   * model without b_O keeps its b_V.
   */
  foldValueBiases?: boolean;
};

const STEPS = {
  foldLayerNorm: maybe(flag),
  centreWriting: maybe(flag),
  centreUnembed: maybe(flag),
  foldValueBiases: maybe(flag),
};

/** What a processing has to be, in settings. */
export const PROCESSING = exactly(STEPS);

/** Every step, done or not. Throws `Cannot ${action}: ...` on a step that is none. */
export function stepsOf(action: string, options: Processing): Required<Processing> {
  const found = expectForm(action, options, PROCESSING, "name steps of the processing");
  const { foldLayerNorm = true, centreWriting = true, centreUnembed = true } = found;
  const { foldValueBiases = true } = found;
  return { foldLayerNorm, centreWriting, centreUnembed, foldValueBiases };
}
