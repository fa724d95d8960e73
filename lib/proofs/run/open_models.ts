/**
 * Max-of-K models to look at: those that replicate left, or new ones trained now.
 *
 * @module
 */
import { stat } from "node:fs/promises";
import { join } from "node:path";
import type { Gpu } from "../../gpu/gpu.ts";
import { anything, callback, exactly, expectForm, maybe, text, whole } from "../../io/form.ts";
import { CHECKPOINT } from "../../tensor/run_training.ts";
import { checkMaxOfKTraining, RECIPE, trainMaxOfK, type TrainMaxOfKOptions } from "../gpu/train.ts";
import type { MaxOfKConfig, MaxOfKModel } from "../max_of_k.ts";
import { readProofs, readResultModel } from "./results.ts";

/** The first of these whose run is finished and has enough models is opened. */
export const PRESETS = ["small", "smoke"] as const;

/** Which models are opened, and what is trained where there are none. */
export type OpenMaxOfKOptions = {
  /** The folder of `replicate --out`. */
  out: string;
  K: number;
  count: number;
  /** What to train where no run has `count` models with this K: n_ctx = K, `count` seeds. */
  otherwise: { config: MaxOfKConfig; training: TrainMaxOfKOptions };
  /** Callbacks and signal are for the models that have to be trained. */
  onPhase?: (name: string, steps: number) => void;
  onLog?: (name: string, steps: { step: number; metrics: { loss: number } }[]) => void;
  signal?: AbortSignal;
};

const OPTIONS = exactly({
  out: text,
  K: whole(2),
  count: whole(1),
  otherwise: exactly({ config: anything, training: anything }),
  onPhase: maybe(callback),
  onLog: maybe(callback),
  signal: CHECKPOINT.signal,
});

/** Models, and where they come from. */
export type OpenedMaxOfK = {
  models: MaxOfKModel[];
  source: `preset ${typeof PRESETS[number]}` | "trained here";
};

/**
 * The first `count` models with K tokens of <out>/small, else of <out>/smoke, else as many trained
 * now. A run counts once its results.json is there, which is written last; throws where such a run
 * cannot be read.
 */
export async function openMaxOfK(
  gpu: Gpu,
  options: OpenMaxOfKOptions,
): Promise<OpenedMaxOfK> {
  expectForm("open Max-of-K models", options, OPTIONS);
  const { out, K, count, otherwise: { config, training } } = options;
  checkMaxOfKTraining(config, training);
  const { n_ctx } = config, { seeds } = training;
  if (n_ctx !== K || seeds.length !== count) {
    throw new RangeError(
      `Cannot open Max-of-K models: expected to train ${count} with n_ctx = ${K} otherwise but ` +
        `found ${seeds.length} seeds with n_ctx = ${n_ctx}: ask for the same as you would train`,
    );
  }
  for (const preset of PRESETS) {
    const folder = join(out, preset);
    if (!await isThere(join(folder, "proofs", "results.json"))) continue;
    const found = (await readProofs(folder)).models.filter((result) => result.K === K).slice(
      0,
      count,
    );
    if (found.length < count) continue;
    const models = await Promise.all(found.map((result) => readResultModel(folder, result)));
    return { models, source: `preset ${preset}` };
  }
  const name = `Max-of-${K} models`, { onPhase, onLog, signal } = options;
  onPhase?.(name, training.steps ?? RECIPE.steps);
  const told = (step: number, loss: number) => {
    training.onLog?.(step, loss);
    onLog?.(name, [{ step, metrics: { loss } }]);
  };
  const trained = await trainMaxOfK(gpu, config, { ...training, signal, onLog: told });
  return { models: trained.map(({ model }) => model), source: "trained here" };
}

/** Only what is absent is not there: a folder that may not be read throws. */
async function isThere(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if ((error as { code?: string }).code === "ENOENT") return false;
    throw error;
  }
}
