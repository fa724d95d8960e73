/**
 * `replicate --plan` for the crosscoders: what each recipe would cost here, and on an assumed
 * device.
 * @module
 */
import { planCrosscoders } from "../../lib/crosscoder/run/plan.ts";
import { crosscodersSettings } from "../../lib/crosscoder/run/presets.ts";
import type { Gpu } from "../../lib/gpu/gpu.ts";
import { measureRates } from "../../lib/tensor/rates.ts";
import { planTable, ratesText } from "../plan_text.ts";
import type { PlanOptions } from "../system.ts";

/** Measures this adapter for some two seconds; lines of text. */
export async function plan(gpu: Gpu, { preset, assumed }: PlanOptions): Promise<string[]> {
  const rates = await measureRates(gpu);
  return [
    ratesText(gpu.key, rates),
    ...planTable(planCrosscoders(crosscodersSettings(preset)), { rates, assumed }),
    "Time here: arithmetic, memory, launches and waits added up; choosing the k largest, AuxK, evaluation and " +
    "figures come on top.",
  ];
}
