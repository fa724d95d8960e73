/**
 * `replicate --plan` for the crosscoders: what each recipe would cost here, and on an assumed
 * device.
 * @module
 */
import { planCrosscoders } from "../../lib/crosscoder/run/plan.ts";
import { crosscodersSettings } from "../../lib/crosscoder/run/presets.ts";
import type { Gpu } from "../../lib/gpu/gpu.ts";
import { planTable } from "../plan_text.ts";
import { timingOf } from "../plan_timing.ts";
import type { PlanOptions } from "../system.ts";

/** Lines of text, with times of this adapter, which is measured for some two seconds, or of a card. */
export async function plan(gpu: Gpu, { preset, assumed, card }: PlanOptions): Promise<string[]> {
  const timing = await timingOf(gpu, card);
  return [
    timing.text,
    ...planTable(planCrosscoders(crosscodersSettings(preset)), { ...timing, assumed }),
    "Time: arithmetic, memory, launches and waits added up; choosing the k largest, AuxK, evaluation and " +
    "figures come on top.",
  ];
}
