/** The interactions for engines: one task, since its phases read one another's results. @module */
import { openCorpus } from "../../lib/data/corpus.ts";
import { prepareData } from "../../lib/diff/run/data.ts";
import { stagewiseSettings } from "../../lib/diff/settings/presets.ts";
import { runInteractions } from "../../lib/interactions/run/pipeline.ts";
import { planInteractions } from "../../lib/interactions/run/plan.ts";
import { interactionsSettings } from "../../lib/interactions/run/presets.ts";
import { tune } from "../../lib/tensor/tune.ts";
import { taskSeconds } from "../plan_timing.ts";
import type { Progress } from "../progress.ts";
import type { RunOptions, SystemTasks, Work } from "../system.ts";

const ALL = "all";

/** Reads the stories and returns the work. */
export async function prepare(
  { preset, corpus: path, seed, folder, cacheDir, progress }: RunOptions & { progress: Progress },
): Promise<Work> {
  const stagewise = stagewiseSettings(preset, { grammar: path === undefined });
  const settings = interactionsSettings(preset);
  const corpus = await openCorpus(path, {
    seed,
    n: stagewise.records,
    test: stagewise.heldOut,
    onNote: progress.onNote,
    onProgress: progress.onProgress,
  });
  const data = prepareData(corpus, stagewise, { seed });
  const { onPhase, onLog, onDamaged } = progress;
  const made = { corpus, settings, stagewise, preset, seed, folder, cacheDir };
  return async (gpu) => {
    await tune(gpu, { cacheDir, onDamaged });
    await runInteractions(gpu, { ...made, onPhase, onLog, onDamaged }, data);
  };
}

export const tasks: SystemTasks = {
  list: () => Promise.resolve([{ name: ALL, needs: [] }]),
  prepare: (_, options) => prepare(options),
  seconds(_, { preset, corpus, timing }) {
    const stagewise = stagewiseSettings(preset, { grammar: corpus === undefined });
    const works = planInteractions(interactionsSettings(preset), stagewise);
    return Promise.resolve(taskSeconds([[ALL, works]], timing));
  },
};
