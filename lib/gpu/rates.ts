/**
 * What an adapter does per second on the work that crosslab gives it, measured in about two
 * seconds.
 * @module
 */
import type { Gpu } from "./gpu.ts";
import { record } from "./program.ts";
import type { Recorder } from "./recorder.ts";

/**
 * Seconds that one run of what `body` records takes: the best of `times` runs after one that is not
 * counted, in wall time. Wall time is of no other use in lib; nothing that is computed depends on
 * it.
 */
export async function secondsOf(
  gpu: Gpu,
  body: (recorder: Recorder) => void,
  { times = 3 } = {},
): Promise<number> {
  using program = record(gpu, "measure", () => body(gpu.recorder));
  program.run();
  await gpu.device.queue.onSubmittedWorkDone();
  let best = Infinity;
  for (let i = 0; i < times; i++) {
    const start = performance.now();
    program.run();
    await gpu.device.queue.onSubmittedWorkDone();
    best = Math.min(best, (performance.now() - start) / 1000);
  }
  return best;
}
