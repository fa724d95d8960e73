/**
 * `replicate --plan` for stage-wise diffing: what each stage would cost here, and on an assumed
 * device.
 * @module
 */
import { planStagewise } from "../../lib/diff/plan.ts";
import { chosenSettings } from "../../lib/diff/sources.ts";
import type { Gpu } from "../../lib/gpu/gpu.ts";
import { measureRates } from "../../lib/tensor/rates.ts";
import { planTable, ratesText } from "../plan_text.ts";
import type { PlanOptions } from "../system.ts";

/** Measures this adapter for some two seconds; lines of text. */
export async function plan(
  gpu: Gpu,
  { preset, corpus, choices, assumed }: PlanOptions,
): Promise<string[]> {
  const { settings } = await chosenSettings({ preset, corpus, ...choices });
  const stages = planStagewise(settings), rates = await measureRates(gpu);
  return [
    ratesText(gpu.key, rates),
    ...planTable(stages, { rates, assumed }),
    "Time here: arithmetic, memory and launches added up. " +
    (assumed
      ? `Assumed: ${assumed / 1e12} TFLOP/s reached in products, nothing else counted. `
      : "") +
    "Text preparation, evaluation and figures come on top.",
  ];
}
