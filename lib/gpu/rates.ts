/**
 * What an adapter does per second on the work that crosslab gives it, measured in a few
 * seconds.
 * @module
 */
import type { Gpu } from "./gpu.ts";
import { record } from "./program.ts";
import type { Recorder } from "./recorder.ts";

/**
 * Seconds that one run of what `body` records takes: so many runs behind one another that they take
 * at least `long` seconds, the best of `times` after some that are not counted, in wall time. Waiting
 * for the queue alone takes up to ten milliseconds, which only a long time hides. Wall time is of no
 * other use in lib; nothing that is computed depends on it.
 */
export async function secondsOf(
  gpu: Gpu,
  body: (recorder: Recorder) => void,
  { times = 3, long = 0.2 } = {},
): Promise<number> {
  using program = record(gpu, "measure", () => body(gpu.recorder));
  const runs = async (n: number) => {
    const start = performance.now();
    for (let i = 0; i < n; i++) program.run();
    await gpu.device.queue.onSubmittedWorkDone();
    return (performance.now() - start) / 1000;
  };
  await runs(1);
  let n = 1, best = await runs(n);
  while (best < long) best = await runs(n *= 2);
  for (let i = 1; i < times; i++) best = Math.min(best, await runs(n));
  return best / n;
}
