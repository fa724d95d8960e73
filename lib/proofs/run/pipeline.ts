/**
 * The compact-proofs experiment from random weights to a table of bounds: models are trained many
 * seeds at once, then each is measured on its own. Every training and every model is a finished
 * stage on disk, so that a run which is killed goes on where it stopped and ends with the same
 * bytes.
 * @module
 */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Gpu } from "../../gpu/gpu.ts";
import { writeJson } from "../../io/files.ts";
import { anything, callback, exactly, expectForm, maybe, text, whole } from "../../io/form.ts";
import { cached, type CacheOptions } from "../../io/cached.ts";
import { weightsHash } from "../checker/certificate.ts";
import { bruteForce } from "../gpu/brute_force.ts";
import { type MaxOfKModel, saveMaxOfK } from "../max_of_k.ts";
import { makeTables } from "../tables/folded.ts";
import { checkCounts, checkSettings, MEASURED } from "./forms.ts";
import type { Measured, MeasureTask } from "./measure_model.ts";
import { measureLarger } from "./measure_larger.ts";
import { measureTasks } from "./measure_tasks.ts";
import { readStage, refuseStage } from "./stage.ts";
import { type Trained, trainFamily, type TrainTask } from "./train_models.ts";
import { inParallel, type MeasureWorkers, measureWorkers } from "./workers.ts";
import { ENUMERABLE, MARGINS_LISTED } from "./presets.ts";
import { drawnBy } from "./sampled.ts";
import type { Accuracy, ModelResult, ProofRow, ProofsResults } from "./results.ts";

/**
 * What a run needs; `onPhase` and `onLog` follow it, `onDamaged` hears what is made again. `cores`:
 * that models are measured on, by default all; results do not depend on it.
 */
export type ProofsTask =
  & CacheOptions
  & TrainTask
  & { preset: string; folder: string; cores?: number };

/** Seeds of models are 1000 of every run's: they stay whole numbers. */
const MOST_SEED = 2 ** 32 - 1;

const TASK = exactly({
  settings: anything,
  preset: text,
  seed: whole(0, MOST_SEED),
  folder: text,
  cacheDir: text,
  cores: maybe(whole(1)),
  train: maybe(callback),
  onPhase: maybe(callback),
  onLog: maybe(callback),
  onDamaged: maybe(callback),
});

/** Changed whenever the same inputs would give other bytes. */
const MEASURED_FORMAT = 4;

/** Does what is missing of a run and writes <folder>/proofs. */
export async function runProofs(gpu: Gpu, task: ProofsTask): Promise<ProofsResults> {
  expectForm("run proofs", task, TASK);
  checkSettings(task.settings);
  await mkdir(task.cacheDir, { recursive: true });
  const trained: Trained[] = [], asked: Trained[] = [], wide: Trained[] = [];
  for (const family of task.settings.families) {
    for (const one of await trainFamily(gpu, family, task)) trained.push(one);
  }
  for (const family of task.settings.tasks ?? []) {
    for (const one of await trainFamily(gpu, family, task)) asked.push(one);
  }
  for (const family of task.settings.larger ?? []) {
    for (const one of await trainFamily(gpu, family, task)) wide.push(one);
  }
  const models = await measureAll(gpu, trained, task);
  const tasks = await measureTasks(asked, task);
  const larger = await measureLarger(wide, task);
  const { preset, seed, settings } = task;
  const results: ProofsResults = {
    preset,
    seed,
    adapter: gpu.key,
    settings,
    models,
    ...(asked.length > 0 ? { tasks } : {}),
    ...(wide.length > 0 ? { larger } : {}),
  };
  const folder = join(task.folder, "proofs");
  for (const { id, model } of [...trained, ...asked, ...wide]) {
    await saveMaxOfK(join(folder, "models", id, "model.safetensors"), model);
    await writeJson(join(folder, "models", id, "config.json"), model.config);
  }
  await writeJson(join(folder, "results.json"), results);
  return results;
}

/** Measures models of a run; finished ones are read. */
export async function measureAll(
  gpu: Gpu,
  trained: readonly Trained[],
  task: ProofsTask,
): Promise<ModelResult[]> {
  using pool = measureWorkers(task.cores);
  const enumerate = oneAtATime((model: MaxOfKModel) => exactAccuracy(gpu, model));
  const means = { task, pool, enumerate, adapter: gpu.key };
  return await inParallel(
    trained,
    pool.threads,
    (one) =>
      measureOne(one, { ...means, place: `${trained.indexOf(one) + 1} of ${trained.length}` }),
  );
}

/** The device has one queue and one recorder: enumerations wait for one another. */
function oneAtATime<A, R>(work: (argument: A) => Promise<R>): (argument: A) => Promise<R> {
  let last: Promise<unknown> = Promise.resolve();
  return (argument) => {
    const mine = last.then(() => work(argument));
    last = mine.catch(() => {});
    return mine;
  };
}

type Means = {
  task: ProofsTask;
  pool: MeasureWorkers;
  enumerate: (model: MaxOfKModel) => Promise<Accuracy>;
  adapter: string;
  /** "3 of 28", for the progress. */
  place: string;
};

async function measureOne(
  { id, seed, family, model, loss }: Trained,
  { task, pool, enumerate, adapter, place }: Means,
): Promise<ModelResult> {
  const { K, v } = family;
  const { settings } = task;
  const n = seed - 1000 * task.seed;
  const enumerable = v ** K <= ENUMERABLE;
  const measure: Omit<MeasureTask, "model"> = {
    seed: task.seed,
    name: id,
    draws: settings.draws,
    ablations: settings.ablations,
    margins: v ** K <= MARGINS_LISTED && n < settings.margins,
  };
  const inputs = {
    format: MEASURED_FORMAT,
    model: weightsHash(model),
    enumerable,
    adapter,
    ...measure,
  };
  const folder = await cached(task.cacheDir, { kind: "proofs", inputs }, async (folder) => {
    task.onPhase?.(`prove ${id}, ${place}`, 0);
    const exact = enumerable ? await enumerate(model) : undefined;
    const measured = await pool.measure({ ...measure, model });
    await writeJson(join(folder, "measured.json"), { ...measured, exact: exact ?? null });
  }, { onDamaged: task.onDamaged });
  const path = join(folder, "measured.json");
  const { exact, bruteForceFlops, rows, ...rest }: Measured & { exact: Accuracy | null } =
    await readStage(path, MEASURED);
  const accuracy = enumerable
    ? exact ?? refuseStage(path, "an accuracy of every sequence", "null")
    : estimated(rest);
  const bruteForce: ProofRow = {
    strategy: "brute-force",
    bound: accuracy.value,
    flops: bruteForceFlops,
    unexplained: v ** (K + 1),
  };
  const result = { id, K, v, seed, loss, accuracy, ...rest, rows: [bruteForce, ...rows] };
  checkCounts(result, (expected, found) => refuseStage(path, expected, found));
  return result;
}

/** By the sets that N5 leaves open: hundreds of times as good as as many draws from all sequences. */
function estimated(measured: Pick<ModelResult, "sampled">): Accuracy {
  const { estimate, standardError } = drawnBy(measured, "sampled/N5");
  return { value: estimate, standardError };
}

/** Every sequence on the GPU, each decided rigorously. */
async function exactAccuracy(gpu: Gpu, model: MaxOfKModel): Promise<Accuracy> {
  const { count, sequences, undecided, unsettled } = await bruteForce(gpu, makeTables(model), {
    settle: Infinity,
  });
  if (unsettled > 0) {
    throw new Error(
      `Cannot enumerate a model: expected at most ${
        undecided - unsettled
      } sequences too near to a ` +
        `tie for float32 but found ${undecided}: was it trained?`,
    );
  }
  return { value: count / sequences, standardError: 0, right: count, undecided };
}
