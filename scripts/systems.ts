/** The systems that replicate can run, by name. @module */
import type { Gpu } from "../lib/gpu/device.ts";
import { openCorpus } from "../lib/data/corpus.ts";
import { runStagewise } from "../lib/diff/pipeline.ts";
import { type PresetName, stagewiseSettings } from "../lib/diff/presets.ts";
import { writeRunFolder } from "../lib/diff/run_folder.ts";
import { cleanLeftovers } from "../lib/io/stored.ts";
import { proofs } from "./systems_proofs.ts";
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

/** A system leaves everything that its figures need in `folder`. */
export type System = {
  run(
    gpu: Gpu,
    options: RunOptions & { progress: ReturnType<typeof createProgress> },
  ): Promise<void>;
};

const stagewise: System = {
  async run(gpu, { preset, corpus: path, seed, folder, cacheDir, progress }) {
    const settings = stagewiseSettings(preset, { grammar: path === undefined });
    const corpus = await openCorpus(path, { seed, n: settings.records });
    await Deno.mkdir(cacheDir, { recursive: true });
    await cleanLeftovers(cacheDir);
    await tune(gpu, { cacheDir });
    const { onStage, onLog } = progress;
    const run = { corpus, settings, seed, cacheDir, onStage, onLog };
    const finished = await runStagewise(gpu, run);
    await writeRunFolder(gpu, folder, { run, finished, about: { preset } });
  },
};

export const SYSTEMS: Record<string, System> = { stagewise, proofs };
