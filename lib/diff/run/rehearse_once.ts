/** One look at what a part of a run takes. @module */
import type { Gpu } from "../../gpu/gpu.ts";
import { phaseClock, type TimedPhase } from "./phase_clock.ts";
import type { StagewiseTask } from "./task.ts";

/** Times some work. */
export async function timedWork(gpu: Gpu, work: () => Promise<unknown>): Promise<TimedPhase> {
  const clock = phaseClock(gpu);
  clock.onPhase("", 0);
  await work();
  return clock.finish()[0];
}

/** Times work that finds nothing in its cache: what was made before would not be made again. */
export async function rehearseOnce(
  gpu: Gpu,
  name: string,
  { task, work }: { task: StagewiseTask; work: (task: StagewiseTask) => Promise<unknown> },
): Promise<TimedPhase> {
  const cacheDir = await Deno.makeTempDir({ dir: task.cacheDir, prefix: "rehearsed-" });
  task.onPhase?.(name, 0);
  return { ...await timedWork(gpu, () => work({ ...task, cacheDir, onPhase: undefined })), name };
}
