/**
 * What training a language model costs before it is done. FLOPs count products only (2 m n k),
 * backward as twice forward, attention in full pos x pos. Bytes count every operand of every
 * product once, activations between them, and 28 bytes a parameter for Adam. Memory is parameters
 * with gradients and Adam's moments, and what a step keeps for its backward pass.
 * @module
 */
import type { PlannedWork } from "../../../tensor/rates.ts";
import type { GptNeoConfig } from "./config.ts";
import { gptNeoShapes } from "./names.ts";
import type { LanguageModelTraining } from "../../train.ts";

const FLOAT = 4;

/** Parameters of a language model, tied embedding counted once. */
export function parameterCount(config: GptNeoConfig): number {
  return Object.values(gptNeoShapes(config))
    .reduce((sum, shape) => sum + shape.reduce((a, b) => a * b, 1), 0);
}

/** Forward FLOPs of one token in sequences of length `pos`, with or without the unembedding. */
export function forwardFlops(config: GptNeoConfig, pos: number, { logits = true } = {}): number {
  const { d_model, d_mlp, n_layers, d_vocab } = config;
  const block = 2 * (4 * d_model * d_model + 2 * d_model * d_mlp) + 4 * pos * d_model;
  return n_layers * block + (logits ? 2 * d_model * d_vocab : 0);
}

/** Floats that a forward pass keeps for each token until its backward pass. */
export function keptPerToken({ d_model, d_mlp, n_layers, d_vocab }: GptNeoConfig): number {
  return n_layers * (9 * d_model + 2 * d_mlp) + 3 * d_model + d_vocab;
}

/** One training. */
export function planLanguageModel(
  name: string,
  config: GptNeoConfig,
  { steps, batch, sequenceLength: pos }: LanguageModelTraining,
): PlannedWork {
  const tokens = batch * pos, parameters = parameterCount(config);
  const kept = FLOAT * tokens * keptPerToken(config);
  return {
    name: `lm-${name}`,
    steps,
    flops: steps * tokens * 3 * forwardFlops(config, pos),
    bytes: steps * (parameters * (4 * FLOAT + 28) + 6 * kept),
    memory: 4 * FLOAT * parameters + 1.5 * kept,
    launches: steps * (25 + 42 * config.n_layers),
  };
}
