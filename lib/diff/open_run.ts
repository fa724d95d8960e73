/**
 * A finished run to look at: the one that replicate left, or a smoke run made now.
 *
 * @module
 */
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { openCorpus } from "../data/corpus.ts";
import type { Gpu } from "../gpu/device.ts";
import { cleanLeftovers } from "../io/stored.ts";
import { runStagewise, type StagewiseRun } from "./pipeline.ts";
import { type PresetName, stagewiseSettings } from "./presets.ts";
import { readRun, type Run } from "./run.ts";
import { writeRunFolder } from "./run_folder.ts";

/** `out` is the folder of `replicate --out`; `onStage` and `onLog` follow a run that has to be made. */
export type OpenRunOptions = Pick<StagewiseRun, "onStage" | "onLog"> & {
  out?: string;
  /** The first of these that is finished is opened. */
  presets?: readonly PresetName[];
  seed?: number;
};

/** Opens the first finished run among `presets`; where there is none, makes preset smoke on the embedded corpus. */
export async function openRun(
  gpu: Gpu,
  { out = resultsFolder(), presets = ["small", "smoke"], seed = 0, ...progress }: OpenRunOptions =
    {},
): Promise<Run> {
  for (const preset of presets) {
    const folder = join(out, preset);
    const measures = join(folder, "stagewise", "measures.json"); // written after all that readRun reads
    if (await stat(measures).then(() => true, () => false)) return await readRun(folder);
  }
  return await makeSmokeRun(gpu, { out, seed, ...progress });
}

/** `out` beside the lib folder, or in the working folder where lib was imported from a server. */
export function resultsFolder(): string {
  const { protocol } = new URL(import.meta.url);
  return protocol === "file:" ? fileURLToPath(new URL("../../out", import.meta.url)) : "out";
}

async function makeSmokeRun(
  gpu: Gpu,
  { out, seed, ...progress }: Pick<StagewiseRun, "onStage" | "onLog" | "seed"> & { out: string },
): Promise<Run> {
  const settings = stagewiseSettings("smoke", { grammar: true });
  const corpus = await openCorpus(undefined, { seed, n: settings.records });
  const cacheDir = join(out, "cache");
  await Deno.mkdir(cacheDir, { recursive: true });
  await cleanLeftovers(cacheDir);
  const run: StagewiseRun = { corpus, settings, seed, cacheDir, ...progress };
  const finished = await runStagewise(gpu, run);
  const folder = join(out, "smoke");
  await writeRunFolder(gpu, folder, { run, finished, about: { preset: "smoke" } });
  return await readRun(folder);
}
