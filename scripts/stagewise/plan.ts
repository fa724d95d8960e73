/**
 * `replicate --plan` for stage-wise diffing: what each stage would cost here, and on an assumed
 * device.
 *
 * What it is worth: a rehearsal as a multiple of the plan, on lavapipe and two cores with nothing beside
 * it, three rehearsals of smoke and one of small. Products ran at 64 to 67 GFLOP/s. In brackets what takes
 * under a second as a whole. The machine's speed changes within a rehearsal: the same crosscoder of both
 * models took 9.9, 11.1 and 14.5 s.
 *
 *     phase                          smoke           small
 *     language models                1.03 - 1.61     1.10 - 1.31
 *     crosscoders of one model       0.73 - 1.47     0.71 - 0.80
 *     crosscoder of both models      1.32 - 2.33     0.98
 *     measures                       (0.65 - 1.65)   1.04 - 1.27
 *     contexts, views                (1.37 - 2.59)   1.01 - 1.42
 *     residual streams               (1.18 - 1.87)   1.39
 *     causal truth                   1.28 - 2.39     1.14
 *     sets                           1.11 - 1.25     1.17
 *     limits, steering               0.78 - 1.00     0.93 - 1.03
 *     all phases                     0.94 - 1.36     0.87
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
