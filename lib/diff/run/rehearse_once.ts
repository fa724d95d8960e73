/** One look at what a part of a run takes. @module */
import type { Gpu } from "../../gpu/gpu.ts";
import { phaseClock, type TimedPhase } from "./phase_clock.ts";
import type { StagewiseTask } from "./task.ts";

/** Times work that finds nothing in its cache: what was made before would not be made again. */
export async function rehearseOnce(
  gpu: Gpu,
  name: string,
  { task, work }: { task: StagewiseTask; work: (task: StagewiseTask) => Promise<unknown> },
): Promise<TimedPhase> {
  const cacheDir = await Deno.makeTempDir({ dir: task.cacheDir, prefix: "rehearsed-" });
  const clock = phaseClock(gpu);
  task.onPhase?.(name, 0);
  clock.onPhase(name, 0);
  await work({ ...task, cacheDir, onPhase: undefined });
  return clock.finish()[0];
}
