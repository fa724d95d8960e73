/** What presets of several systems are made of. @module */
import { type GptNeoConfig, gptNeoConfig } from "../../model/architectures/gpt_neo/config.ts";
import type { LanguageModelTraining } from "../../model/train.ts";

const SEQUENCE = 128;

/** A training on sequences of 128 tokens. */
export function lm(steps: number, batch: number, lr: number): LanguageModelTraining {
  return { steps, batch, sequenceLength: SEQUENCE, lr };
}

/** A GPT-Neo of four blocks, whatever its vocabulary. */
export function sizes(
  d_model: number,
  n_heads: number,
  n_ctx: number,
): Omit<GptNeoConfig, "d_vocab"> {
  // tied keeps its default and is left out: inputs and measures of a run name what a preset sets.
  const { d_vocab: _, tied: _tied, ...rest } = gptNeoConfig({
    d_vocab: 1,
    d_model,
    n_layers: 4,
    n_heads,
    n_ctx,
  });
  return rest;
}
