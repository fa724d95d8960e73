/** What some work takes. @module */
import type { Gpu } from "../../gpu/gpu.ts";
import { phaseClock, type TimedPhase } from "./phase_clock.ts";

/** Seconds and memory of some work, as a phase without a name. */
export async function timedWork(gpu: Gpu, work: () => Promise<unknown>): Promise<TimedPhase> {
  const clock = phaseClock(gpu);
  clock.onPhase("", 0);
  await work();
  return clock.finish()[0];
}
