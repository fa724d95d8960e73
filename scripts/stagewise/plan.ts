/**
 * `replicate --plan` for stage-wise diffing: what each stage would cost here, and on an assumed
 * device.
 *
 * What it is worth: on lavapipe and two cores, beside little else, a rehearsal of presets smoke and small
 * came to this multiple of the plan: language models 1.1 to 1.5, crosscoders 0.9 to 1.3 (the one of both
 * models 1.1 and 1.5), measures and contexts 0.8 to 1.5, residual streams up to 1.6, causal phases 1.0
 * to 1.5; all phases 1.25 at smoke, where the plan says 5.9 minutes, and 1.22 at small, where it says 46.5.
 *
 * @module
 */
import { planStagewise } from "../../lib/diff/run/plan.ts";
import { publishedConfig } from "../../lib/model/published.ts";
import type { StagewiseSettings } from "../../lib/diff/settings/presets.ts";
import { chosenSettings } from "../../lib/diff/run/sources.ts";
import type { Gpu } from "../../lib/gpu/gpu.ts";
import { planTable } from "../plan_text.ts";
import { timingOf } from "../plan_timing.ts";
import type { PlanOptions } from "../system.ts";
import { fetchedModel, inputNames, PUBLISHED, PUBLISHED_MODEL } from "./inputs.ts";

/** Lines of text, with times of this adapter, which is measured for some two seconds, or of a card. */
export async function plan(
  gpu: Gpu,
  { preset, corpus, choices, assumed, card }: PlanOptions,
): Promise<string[]> {
  const settings = await plannedSettings({ preset, corpus, choices });
  const stages = planStagewise(settings), timing = await timingOf(gpu, card);
  return [
    timing.text,
    ...planTable(stages, { ...timing, assumed }),
    "Time: arithmetic, memory, launches and waits added up. " +
    (assumed
      ? `Assumed: ${assumed / 1e12} TFLOP/s reached in products, nothing else counted. `
      : "") +
    "Text preparation and figures come on top.",
  ];
}

/** Nothing is fetched for a plan: the sizes of the published model are known. */
export async function plannedSettings(
  asked: Pick<PlanOptions, "preset" | "corpus" | "choices">,
): Promise<StagewiseSettings> {
  const { preset, choices: { model: _, ...choices } } = asked;
  const { model, ...names } = inputNames(asked), chosen = { ...choices, preset, ...names };
  if (model !== PUBLISHED.model) {
    return (await chosenSettings({ ...chosen, ...await fetchedModel(model) })).settings;
  }
  const { settings } = await chosenSettings(chosen);
  return {
    ...settings,
    given: { architecture: "gpt_neo", config: publishedConfig(PUBLISHED_MODEL) },
  };
}
