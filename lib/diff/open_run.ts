/**
 * A finished run to look at: the one that replicate left, or a shorter one made now.
 *
 * @module
 */
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { openCorpus } from "../data/corpus.ts";
import type { Gpu } from "../gpu/gpu.ts";
import { callback, exactly, expectForm, integer, list, maybe, oneOf, text } from "../io/form.ts";
import { cleanLeftovers } from "../io/cached.ts";
import { CHECKPOINT } from "../tensor/run_training.ts";
import { runStagewise } from "./run/pipeline.ts";
import type { StagewiseTask } from "./run/task.ts";
import { firstLook, type PresetName, PRESETS } from "./settings/presets.ts";
import { readStagewise, type StagewiseResults } from "./stored/results.ts";
import { writeRunFolder } from "./run/run_folder.ts";

/** `out` is the folder of `replicate --out`; callbacks and signal are for a run that has to be made. */
export type OpenRunOptions = Pick<StagewiseTask, "onPhase" | "onLog" | "onDamaged" | "signal"> & {
  out?: string;
  /** The first of these that is finished is opened. */
  presets?: readonly PresetName[];
  seed?: number;
};

/**
 * Opens the first finished run among `presets`; where there is none, one for a first look on the
 * embedded corpus, in out/first-look, which is made where it is not there. Throws where a `seed` is
 * given and the finished run has another.
 */
export async function openRun(
  gpu: Gpu,
  options: OpenRunOptions = {},
): Promise<StagewiseResults> {
  expectForm("open a run", options, OPTIONS);
  const { out = resultsFolder(), presets = ["small", "smoke"], seed = 0, ...progress } = options;
  for (const preset of [...presets, FIRST_LOOK]) {
    const folder = join(out, preset);
    const measures = join(folder, "stagewise", "measures.json"); // written after all that readStagewise reads
    if (!await stat(measures).then(() => true, () => false)) continue;
    const run = await readStagewise(folder);
    if (options.seed === undefined || run.measures.seed === seed) return run;
    throw new RangeError(
      `Cannot open a run: expected one of seed ${seed} but found seed ${run.measures.seed} in ` +
        `${folder}: leave the seed out to open it, or name another out`,
    );
  }
  return await makeFirstLook(gpu, { out, seed, ...progress });
}

/** The folder, and what a summary calls it. */
const FIRST_LOOK = "first-look";

const OPTIONS = exactly({
  out: maybe(text),
  presets: maybe(list(oneOf(PRESETS), { least: 1 })),
  seed: maybe(integer),
  onPhase: maybe(callback),
  onLog: maybe(callback),
  onDamaged: maybe(callback),
  signal: CHECKPOINT.signal,
});

/** `out` beside the lib folder, or in the working folder where lib was imported from a server. */
export function resultsFolder(): string {
  const { protocol } = new URL(import.meta.url);
  return protocol === "file:" ? fileURLToPath(new URL("../../out", import.meta.url)) : "out";
}

async function makeFirstLook(
  gpu: Gpu,
  { out, seed, ...progress }: Omit<OpenRunOptions, "presets"> & { out: string; seed: number },
): Promise<StagewiseResults> {
  const settings = firstLook();
  const corpus = await openCorpus(undefined, { seed, n: settings.records });
  const cacheDir = join(out, "cache");
  await Deno.mkdir(cacheDir, { recursive: true });
  await cleanLeftovers(cacheDir);
  const onPhase = (name: string, steps: number) => {
    progress.signal?.throwIfAborted(); // what trains looks itself, what measures does not
    progress.onPhase?.(name, steps);
  };
  const run: StagewiseTask = { corpus, settings, seed, cacheDir, ...progress, onPhase };
  const finished = await runStagewise(gpu, run);
  const folder = join(out, FIRST_LOOK);
  await writeRunFolder(gpu, folder, { run, finished, about: { preset: FIRST_LOOK } });
  return await readStagewise(folder);
}
