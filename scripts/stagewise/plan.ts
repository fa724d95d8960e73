/**
 * `replicate --plan` for stage-wise diffing: what each stage would cost here, and on an assumed
 * device.
 *
 * What it is worth: a rehearsal as a multiple of the plan, on lavapipe and two cores with nothing beside
 * it. Products ran at 16 GFLOP/s in the first column and at 24 in the second; where the machine's speed
 * falls while a rehearsal runs, its later phases come to up to four times the plan.
 *
 *     phase                          smoke         small
 *     language models                1.14 - 1.16   1.35 - 1.47
 *     crosscoders of one model       1.20 - 1.42   0.93 - 1.36
 *     crosscoder of both models      1.54          1.05
 *     contexts, views                1.32 - 1.50   1.12 - 1.46
 *     residual streams               1.57          1.21
 *
 * Since then the plan counts more for residual streams, and the crosscoder of both models takes fewer
 * dispatches: 1.3 to 1.4 at smoke, on a slower day.
 *
 * Measures and causes, whose reads cost Deno a sleep of 10 ms then and a tenth of one now, are by a run at
 * smoke beside other work: CPU seconds of JavaScript's thread and of one of two workers, over the plan at
 * 24 GFLOP/s, 5 GB/s and 37 thousand launches/s. Measures 0.7 - 1.2; causal truth 1.0 - 1.2, sets 1.0,
 * limits 1.6, steering 1.1. All phases together are planned at 151 s; the run took some 120 s so counted.
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
