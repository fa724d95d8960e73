/** The training of a run's models, family by family, each in finished stages. @module */
import { join } from "node:path";
import { cached, type CacheOptions } from "../../io/cached.ts";
import type { Checkpoint } from "../../io/checkpoint.ts";
import { writeJson } from "../../io/files.ts";
import type { Gpu } from "../../gpu/gpu.ts";
import type { LoggedStep } from "../../tensor/training.ts";
import { trainMaxOfK } from "../gpu/train.ts";
import { loadMaxOfK, type MaxOfKConfig, type MaxOfKModel, saveMaxOfK } from "../max_of_k.ts";
import { LOSSES } from "./forms.ts";
import type { Family, ProofsSettings } from "./presets.ts";
import { familyId, modelId } from "./results.ts";
import { readStage, refuseStage } from "./stage.ts";

/** Makes one model for each seed. */
export type Trainer = (config: MaxOfKConfig, options: {
  seeds: number[];
  /** What they are asked for; by default the largest token. */
  task?: string;
  training: ProofsSettings["training"];
  onLog: (step: number, loss: number) => void;
  checkpoint: Checkpoint;
}) => Promise<{ seed: number; model: MaxOfKModel; loss: number }[]>;

/** What training needs of a run. */
export type TrainTask = Pick<CacheOptions, "onDamaged"> & {
  settings: ProofsSettings;
  seed: number;
  cacheDir: string;
  /** By default training on the GPU. */
  train?: Trainer;
  onPhase?: (name: string, steps: number) => void;
  onLog?: (name: string, steps: LoggedStep[]) => void;
};

/** Changed whenever the same inputs would give other bytes. */
const FORMAT = 2;

/** A family, what its models are asked for (by default the largest token), and a width of their own. */
export type AskedFamily = Family & { task?: string; d_model?: number };

/** Models trained in one program, and in one stage. */
export const TOGETHER = 32;

/** A model of a run. */
export type Trained = {
  id: string;
  seed: number;
  family: AskedFamily;
  model: MaxOfKModel;
  loss: number;
};

/** The seeds of a family's models: another run's are others. */
function seedsOf(run: number, { seeds }: Family): number[] {
  return Array.from({ length: seeds }, (_, n) => 1000 * run + n);
}

/**
 * The models of a family, one for each seed: those of finished stages are read, the others trained.
 */
export async function trainFamily(
  gpu: Gpu,
  family: AskedFamily,
  task: TrainTask,
): Promise<Trained[]> {
  const trained: Trained[] = [];
  for (let first = 0; first < family.seeds; first += TOGETHER) {
    for (const one of await trainTogether(gpu, family, { task, first })) trained.push(one);
  }
  return trained;
}

/** Those of one stage, whose first one has the number `first` in its family. */
export async function trainTogether(
  gpu: Gpu,
  family: AskedFamily,
  { task, first }: { task: TrainTask; first: number },
): Promise<Trained[]> {
  const { settings, cacheDir } = task, { training } = settings;
  const { K, v, task: asked, d_model = settings.d_model } = family;
  const config = { d_vocab: v, d_model, d_head: settings.d_head, n_ctx: K };
  const some = seedsOf(task.seed, family).slice(first, first + TOGETHER);
  const inputs = {
    format: FORMAT,
    adapter: gpu.key,
    config,
    training,
    seeds: some,
    ...(asked === undefined ? {} : { task: asked }),
  };
  const name = `train ${familyId(family)}, ${some.length} models`;
  const made = { kind: "max-of-k", inputs };
  const folder = await cached(cacheDir, made, async (folder, checkpoint) => {
    task.onPhase?.(name, training.steps);
    const onLog = (step: number, loss: number) =>
      task.onLog?.(name, [{ step, metrics: { loss }, gradNorm: 0 }]);
    const options = { seeds: some, task: asked, training, onLog, checkpoint };
    const models = await (task.train ?? onGpu(gpu))(config, options);
    for (const { seed, model } of models) {
      await saveMaxOfK(join(folder, `${modelId(family, seed)}.safetensors`), model);
    }
    const losses = Object.fromEntries(models.map(({ seed, loss }) => [seed, loss]));
    await writeJson(join(folder, "losses.json"), losses);
  }, { onDamaged: task.onDamaged });
  const path = join(folder, "losses.json"), losses = await readStage(path, LOSSES);
  const trained: Trained[] = [];
  for (const seed of some) {
    if (losses[seed] === undefined) refuseStage(path, `a loss of seed ${seed}`, "none");
    const id = modelId(family, seed);
    const model = await loadMaxOfK(join(folder, `${id}.safetensors`));
    trained.push({ id, seed, family, model, loss: losses[seed] });
  }
  return trained;
}

const onGpu = (gpu: Gpu): Trainer => (config, { training, ...options }) =>
  trainMaxOfK(gpu, config, { ...training, ...options });
