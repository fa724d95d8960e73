/**
 * The system `diffoff`: which method of model diffing finds a planted backdoor, and are the stages
 * worth their cost?
 * @module
 */
import {
  type DiffOffResults,
  diffOffSettings,
  type DiffOffTask,
  gatherDiffOff,
  presetSeeds,
  readDiffOff,
  RESULTS_FILE,
  runDiffOff,
} from "../../lib/diff/diffoff/mod.ts";
import { METHODS } from "../../lib/diff/methods/list.ts";
import { tune } from "../../lib/tensor/tune.ts";
import type { System } from "../system.ts";
import { FIGURES } from "./figures/mod.ts";
import { plan } from "./plan.ts";
import { section } from "./section.ts";
import { tableRows } from "./table.ts";

export const diffoff: System<DiffOffResults> = {
  id: "diffoff",
  title: "The diff-off",
  writes: [RESULTS_FILE],
  corpus: "stories",
  sweeps: true,
  named: true,
  prepare({ preset, corpus, seed, folder, cacheDir, sweep, progress }) {
    const { onPhase, onLog, onDamaged, onNote, onProgress } = progress;
    const task: DiffOffTask = {
      preset,
      settings: diffOffSettings(preset, { grammar: corpus === undefined }),
      corpus,
      seeds: sweep.seeds ?? (seed === 0 ? presetSeeds(preset) : presetSeeds(preset, seed)),
      shard: sweep.shard,
      methods: METHODS,
      ...{ cacheDir, onPhase, onLog, onDamaged, onNote, onProgress },
    };
    return Promise.resolve(async (gpu) => {
      await tune(gpu, { cacheDir, onDamaged });
      await runDiffOff(gpu, task);
      await gatherDiffOff(gpu, folder, task);
    });
  },
  read: readDiffOff,
  plan,
  about({ preset, seeds, adapter, settings, corpus }) {
    return { preset, seed: seeds[0], seeds, adapter, corpus, settings };
  },
  figures: FIGURES,
  section,
  tableRows,
};
