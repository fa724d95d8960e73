/** The comparison of crosscoders in tasks: `replicate crosscoders --engine`. @module */
import { prepareSequences } from "../../lib/crosscoder/run/data.ts";
import { crosscodersSettings } from "../../lib/crosscoder/run/presets.ts";
import { crosscodersTasks, runCrosscodersTask } from "../../lib/crosscoder/run/tasks.ts";
import { tune } from "../../lib/tensor/tune.ts";
import { taskSeconds } from "../plan_timing.ts";
import type { Progress } from "../progress.ts";
import type { RunOptions, SystemTasks } from "../system.ts";

/** What a comparison is told, and its sequences. */
export async function openTask(
  { preset, seed, folder, cacheDir, progress }: RunOptions & { progress: Progress },
) {
  const settings = crosscodersSettings(preset);
  const data = await prepareSequences(settings, { seed });
  const { onPhase, onLog, onDamaged } = progress;
  return { task: { settings, preset, seed, folder, cacheDir, onPhase, onLog, onDamaged }, data };
}

export const tasks: SystemTasks = {
  list({ preset }) {
    const all = crosscodersTasks(crosscodersSettings(preset));
    return Promise.resolve(all.map(({ name, needs }) => ({ name, needs })));
  },
  async prepare(name, options) {
    const opened = await openTask(options), { cacheDir, onDamaged } = opened.task;
    return async (gpu) => {
      await tune(gpu, { cacheDir, onDamaged });
      await runCrosscodersTask(gpu, name, opened);
    };
  },
  seconds(_, { preset, timing }) {
    const all = crosscodersTasks(crosscodersSettings(preset));
    const works = all.map(({ name, works }) => [name, works] as const);
    return Promise.resolve(taskSeconds(works, timing));
  },
};
