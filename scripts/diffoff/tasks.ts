/** The diff-off in tasks: `replicate diffoff --engine`. @module */
import {
  diffOffSettings,
  type DiffOffTask,
  diffOffTasks,
  planDiffOffTasks,
  presetSeeds,
  runDiffOffTask,
} from "../../lib/diff/diffoff/mod.ts";
import { METHODS } from "../../lib/diff/methods/list.ts";
import { tune } from "../../lib/tensor/tune.ts";
import { taskSeconds } from "../plan_timing.ts";
import type { Progress } from "../progress.ts";
import type { RunOptions, SystemTasks, TaskOptions } from "../system.ts";

/** What a diff-off is told. */
export function taskOf(
  { cacheDir, progress, ...options }:
    & TaskOptions
    & Pick<RunOptions, "cacheDir">
    & { progress: Progress },
): DiffOffTask {
  const { onPhase, onLog, onDamaged, onNote, onProgress } = progress;
  return { ...whatOf(options), cacheDir, onPhase, onLog, onDamaged, onNote, onProgress };
}

function whatOf({ preset, corpus, seed, sweep }: TaskOptions) {
  return {
    preset,
    settings: diffOffSettings(preset, { grammar: corpus === undefined }),
    corpus,
    seeds: sweep.seeds ?? (seed === 0 ? presetSeeds(preset) : presetSeeds(preset, seed)),
    shard: sweep.shard,
    methods: METHODS,
  };
}

export const tasks: SystemTasks = {
  list(options) {
    return Promise.resolve(
      diffOffTasks(whatOf(options)).map(({ name, needs }) => ({ name, needs })),
    );
  },
  prepare(name, options) {
    const task = taskOf(options), { cacheDir, onDamaged } = task;
    return Promise.resolve(async (gpu) => {
      await tune(gpu, { cacheDir, onDamaged });
      await runDiffOffTask(gpu, name, task);
    });
  },
  seconds(_, { timing, ...options }) {
    return Promise.resolve(taskSeconds(planDiffOffTasks(whatOf(options)), timing));
  },
};
