/**
 * The compact-proofs experiment from random weights to a table of bounds: models are trained many
 * seeds at once, then each is measured on its own. Every training and every model is a finished
 * stage on disk, so that a run which is killed goes on where it stopped and ends with the same
 * bytes.
 * @module
 */
import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Gpu } from "../../gpu/gpu.ts";
import { readJson, writeJson } from "../../io/files.ts";
import {
  anything,
  callback,
  exactly,
  expectForm,
  type Form,
  maybe,
  text,
  whole,
} from "../../io/form.ts";
import { escaped } from "../../io/show.ts";
import type { Checkpoint } from "../../io/checkpoint.ts";
import { cached, type CacheOptions } from "../../io/cached.ts";
import type { LoggedStep } from "../../tensor/training.ts";
import { weightsHash } from "../checker/certificate.ts";
import { bruteForce } from "../gpu/brute_force.ts";
import { trainMaxOfK } from "../gpu/train.ts";
import { loadMaxOfK, type MaxOfKConfig, type MaxOfKModel, saveMaxOfK } from "../max_of_k.ts";
import { makeTables } from "../tables/folded.ts";
import { checkCounts, checkSettings, LOSSES, MEASURED } from "./forms.ts";
import type { Measured, MeasureTask } from "./measure_model.ts";
import { inParallel, type MeasureWorkers, measureWorkers } from "./workers.ts";
import { ENUMERABLE, type Family, MARGINS_LISTED, type ProofsSettings } from "./presets.ts";
import { drawnBy } from "./sampled.ts";
import {
  type Accuracy,
  familyId,
  modelId,
  type ModelResult,
  type ProofRow,
  type ProofsResults,
} from "./results.ts";

/** Makes one model for each seed. */
export type Trainer = (config: MaxOfKConfig, options: {
  seeds: number[];
  training: ProofsSettings["training"];
  onLog: (step: number, loss: number) => void;
  checkpoint: Checkpoint;
}) => Promise<{ seed: number; model: MaxOfKModel; loss: number }[]>;

/** What a run needs; `onPhase` and `onLog` follow it, `onDamaged` hears what is made again. */
export type ProofsTask = CacheOptions & {
  settings: ProofsSettings;
  preset: string;
  seed: number;
  folder: string;
  cacheDir: string;
  /** By default training on the GPU. */
  train?: Trainer;
  onPhase?: (name: string, steps: number) => void;
  onLog?: (name: string, steps: LoggedStep[]) => void;
};

/** Seeds of models are 1000 of every run's: they stay whole numbers. */
const MOST_SEED = 2 ** 32 - 1;

const TASK = exactly({
  settings: anything,
  preset: text,
  seed: whole(0, MOST_SEED),
  folder: text,
  cacheDir: text,
  train: maybe(callback),
  onPhase: maybe(callback),
  onLog: maybe(callback),
  onDamaged: maybe(callback),
});

/** Changed whenever the same inputs would give other bytes. */
const FORMAT = 2, MEASURED_FORMAT = 4;

/** Models trained in one program, and in one stage. */
const TOGETHER = 32;

type Trained = { id: string; seed: number; family: Family; model: MaxOfKModel; loss: number };

/** Does what is missing of a run and writes <folder>/proofs. */
export async function runProofs(gpu: Gpu, task: ProofsTask): Promise<ProofsResults> {
  expectForm("run proofs", task, TASK);
  checkSettings(task.settings);
  await mkdir(task.cacheDir, { recursive: true });
  const trained: Trained[] = [];
  for (const family of task.settings.families) {
    for (const one of await train(gpu, family, task)) trained.push(one);
  }
  const models = await measureAll(gpu, trained, task);
  const { preset, seed, settings } = task;
  const results: ProofsResults = {
    preset,
    seed,
    adapter: gpu.key,
    settings,
    models,
  };
  const folder = join(task.folder, "proofs");
  for (const { id, model } of trained) {
    await saveMaxOfK(join(folder, "models", id, "model.safetensors"), model);
    await writeJson(join(folder, "models", id, "config.json"), model.config);
  }
  await writeJson(join(folder, "results.json"), results);
  return results;
}

/** The seeds of a family's models: another run's are others. */
function seedsOf(run: number, { seeds }: Family): number[] {
  return Array.from({ length: seeds }, (_, n) => 1000 * run + n);
}

async function train(gpu: Gpu, family: Family, task: ProofsTask): Promise<Trained[]> {
  const { settings, cacheDir } = task;
  const { K, v } = family;
  const config = { d_vocab: v, d_model: settings.d_model, d_head: settings.d_head, n_ctx: K };
  const seeds = seedsOf(task.seed, family);
  const trained: Trained[] = [];
  for (let first = 0; first < seeds.length; first += TOGETHER) {
    const some = seeds.slice(first, first + TOGETHER);
    const { training } = settings;
    const inputs = { format: FORMAT, adapter: gpu.key, config, training, seeds: some };
    const name = `train ${familyId(family)}, ${some.length} models`;
    const made = { kind: "max-of-k", inputs };
    const folder = await cached(cacheDir, made, async (folder, checkpoint) => {
      task.onPhase?.(name, training.steps);
      const onLog = (step: number, loss: number) =>
        task.onLog?.(name, [{ step, metrics: { loss }, gradNorm: 0 }]);
      const options = { seeds: some, training, onLog, checkpoint };
      const models = await (task.train ?? onGpu(gpu))(config, options);
      for (const { seed, model } of models) {
        await saveMaxOfK(join(folder, `${modelId(family, seed)}.safetensors`), model);
      }
      const losses = Object.fromEntries(models.map(({ seed, loss }) => [seed, loss]));
      await writeJson(join(folder, "losses.json"), losses);
    }, { onDamaged: task.onDamaged });
    const path = join(folder, "losses.json"), losses = await readStage(path, LOSSES);
    for (const seed of some) {
      if (losses[seed] === undefined) refuseStage(path, `a loss of seed ${seed}`, "none");
      const id = modelId(family, seed);
      const model = await loadMaxOfK(join(folder, `${id}.safetensors`));
      trained.push({ id, seed, family, model, loss: losses[seed] });
    }
  }
  return trained;
}

const onGpu = (gpu: Gpu): Trainer => (config, { training, ...options }) =>
  trainMaxOfK(gpu, config, { ...training, ...options });

async function measureAll(
  gpu: Gpu,
  trained: Trained[],
  task: ProofsTask,
): Promise<ModelResult[]> {
  using pool = measureWorkers();
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

/** A file of a finished stage, which may be older than this run. */
async function readStage<T>(path: string, form: Form<T>): Promise<T> {
  const todo = `delete ${escaped(dirname(path))} and run again`;
  return expectForm(`read ${escaped(path)}`, await readJson(path), form, todo);
}

function refuseStage(path: string, expected: string, found: string): never {
  throw new RangeError(
    `Cannot read ${escaped(path)}: expected ${expected} but found ${found}: ` +
      `delete ${escaped(dirname(path))} and run again`,
  );
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
