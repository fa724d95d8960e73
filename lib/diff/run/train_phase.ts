/** One crosscoder of a run: trained, or found where the same inputs left it. @module */
import { loadCrosscoder, saveCrosscoder } from "../../crosscoder/coder.ts";
import { residualSites } from "../../crosscoder/sites.ts";
import type { Gpu } from "../../gpu/gpu.ts";
import { cached } from "../../io/cached.ts";
import { loadModel } from "../../model/files.ts";
import { type Random, stream } from "../../numerics/random.ts";
import { releaseParameters } from "../../tensor/parameters.ts";
import type { CoderPhase } from "./coder_phases.ts";
import type { RunData } from "./data.ts";
import { stageCoder } from "./stage_coder.ts";
import { common, idOf, logged, type StagewiseTask } from "./task.ts";

/** Folders of language models and of finished phases, by name. */
export type Folders = Record<string, string>;

/** Trains a phase and returns its folder; what it starts from is finished. */
export async function trainPhase(
  gpu: Gpu,
  { name, model: modelName, data: kind, from, random }: CoderPhase,
  { run, data, folders }: { run: StagewiseTask; data: RunData; folders: Folders },
): Promise<string> {
  const { settings, seed, cacheDir } = run;
  const training = from ? settings.fineTune : settings.S;
  const inputs = {
    ...common(gpu, run),
    stage: name,
    training,
    model: idOf(folders[modelName]),
    data: kind,
    sequences: settings.sequences,
    d_sae: settings.d_sae,
    ...(settings.sites && { sites: settings.sites }),
    ...(settings.process && { process: settings.process }),
    ...(from && { from: idOf(folders[from]) }),
    ...(random !== name && { random }),
  };
  return await cached(cacheDir, { kind: `coder-${name}`, inputs }, async (folder, checkpoint) => {
    const model = await loadModel(gpu, folders[modelName], { process: settings.process });
    const sequences = data[kind].slice(0, settings.sequences).map(({ ids }) => ids);
    try {
      const trained = await logged(
        `coder-${name}`,
        folder,
        { run, steps: training.steps },
        async (onLog) =>
          await stageCoder(model, sequences, {
            name,
            sites: settings.sites ?? residualSites(model.config.n_layers),
            d_sae: settings.d_sae,
            training,
            ...(from && { from: await loadCrosscoder(folders[from]) }),
            random: {
              activations: stream(seed, `activations ${random}`),
              weights: initialStream(seed, random),
            },
            onLog,
            checkpoint,
            checkpointSeconds: run.checkpointSeconds,
            every: run.every,
          }),
      );
      await saveCrosscoder(folder, trained);
    } finally {
      releaseParameters(model.parameters);
    }
  }, { onDamaged: run.onDamaged });
}

/** `crosscoder` for S, `crosscoder-1` for S-1. */
function initialStream(seed: number, random: string): Random {
  return stream(seed, random.replace(/^S/, "crosscoder"));
}
