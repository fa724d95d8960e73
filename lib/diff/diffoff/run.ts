/**
 * The diff-off: every method on every pair of every seed. Each cell is a result on disk, so that a
 * run which is killed goes on where it stopped, and several processes or machines that share a cache
 * share the work.
 * @module
 */
import type { Gpu } from "../../gpu/gpu.ts";
import { languageModels } from "../run/language_models.ts";
import { readSources } from "../run/sources.ts";
import type { StagewiseTask } from "../run/task.ts";
import type { SeedParts } from "./open_pair.ts";
import { pairData } from "./pair_data.ts";
import { partOf } from "./part.ts";
import { runPair } from "./run_pair.ts";
import type { CellId, DiffOffTask } from "./task.ts";

/** Makes what is missing of this process's part; what others made meanwhile is found. */
export async function runDiffOff(gpu: Gpu, task: DiffOffTask): Promise<void> {
  const mine = partOf(task);
  for (const seed of new Set(mine.map(({ seed }) => seed))) {
    await runSeed(gpu, task, mine.filter((cell) => cell.seed === seed));
  }
}

async function runSeed(gpu: Gpu, task: DiffOffTask, cells: readonly CellId[]): Promise<void> {
  const { settings: { models: settings }, cacheDir, onPhase, onLog, onDamaged } = task;
  const [{ seed }] = cells, { checkpointSeconds } = task;
  const { corpus, data } = await readSources({ settings }, { ...task, seed });
  const run: StagewiseTask = {
    ...{ corpus, settings, seed, cacheDir, onPhase, onLog, onDamaged },
    ...(checkpointSeconds !== undefined && { checkpointSeconds }),
  };
  const parts = once(async (): Promise<SeedParts> => ({
    ...{ run, data, models: await languageModels(gpu, run, data) },
    pairData: pairData({ run, data }),
  }));
  const keyed = { gpu, task, hash: corpus.hash };
  for (const pair of new Set(cells.map(({ pair }) => pair))) {
    await runPair(gpu, cells.filter((cell) => cell.pair === pair), { keyed, parts });
  }
}

/** The same promise at every call. */
function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => made ??= make();
}
