/** One crosscoder of a run: trained, or found where the same inputs left it. @module */
import { loadCrosscoder, saveCrosscoder } from "../../crosscoder/coder.ts";
import type { Gpu } from "../../gpu/gpu.ts";
import { cached } from "../../io/cached.ts";
import { type Random, stream } from "../../numerics/random.ts";
import type { OnLog } from "../../tensor/run_training.ts";
import type { CoderPhase } from "../stages/coder_phases.ts";
import type { RunData } from "./data.ts";
import type { PoolKeeper } from "./held_pool.ts";
import { stageCoder } from "./stage_coder.ts";
import { common, idOf, logged, type StagewiseTask } from "./task.ts";

/** Folders of language models and of finished phases, by name. */
export type Folders = Record<string, string>;

/** Trains a phase and returns its folder; what it starts from is finished. */
export async function trainPhase(
  gpu: Gpu,
  { name, model: modelName, data: kind, from, random }: CoderPhase,
  { run, data, folders, pools }: {
    run: StagewiseTask;
    data: RunData;
    folders: Folders;
    pools: PoolKeeper;
  },
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
    const sequences = data[kind].slice(0, settings.sequences).map(({ ids }) => ids);
    const source = { folder: folders[modelName], data: kind, sequences };
    const { model, sites, opened } = await pools.take(
      { ...source, poolSequences: training.poolSequences },
      { anew: from === undefined },
    );
    const train = async (onLog: OnLog) =>
      await stageCoder(model, sequences, {
        name,
        sites: sites.map(({ hook }) => hook),
        d_sae: settings.d_sae,
        training,
        ...(from && { from: await loadCrosscoder(folders[from]) }),
        random: {
          activations: stream(seed, `activations ${random}`),
          weights: initialStream(seed, random),
        },
        pool: opened,
        onLog,
        checkpoint,
        checkpointSeconds: run.checkpointSeconds,
        every: run.every,
        signal: run.signal,
      });
    const trained = await logged(`coder-${name}`, folder, { run, steps: training.steps }, train);
    await saveCrosscoder(folder, trained);
  }, { onDamaged: run.onDamaged });
}

/** `crosscoder` for S, `crosscoder-1` for S-1. */
function initialStream(seed: number, random: string): Random {
  return stream(seed, random.replace(/^S/, "crosscoder"));
}
