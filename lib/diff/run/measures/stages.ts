/** The quality of a stage's crosscoder on held-out sequences of its own model and data. @module */
import { join } from "node:path";
import { loadCrosscoder, unfold } from "../../../crosscoder/coder.ts";
import { type CoderQuality, evaluateCoder } from "../../../crosscoder/evaluate.ts";
import { type PatchedLoss, patchedLoss } from "../../../crosscoder/patched_loss.ts";
import type { Gpu } from "../../../gpu/gpu.ts";
import { cached } from "../../../io/cached.ts";
import { readJson, writeJson } from "../../../io/files.ts";
import { holdModel } from "../../../model/hold.ts";
import { DEFINITIONS, type Stage } from "../../stages/stages.ts";
import type { MadeRun } from "../pipeline.ts";
import { FORMAT, idsOf } from "../task.ts";

/** A crosscoder on held-out sequences of its own model and data. */
export type StageMeasures =
  & Pick<CoderQuality, "n_tokens" | "L0" | "fvu" | "explained_variance" | "dead" | "density">
  & Pick<CoderQuality, "d_sae">
  & { ce: PatchedLoss };

/** Raised whenever more is measured of the same inputs, or it comes out otherwise. */
const MEASURED = 2;

/** Most sequences in one evaluation of a patched loss; more would not fit beside their logits. */
export const PATCHED = 16;

/** Measures one crosscoder on the held-out sequences of its own model and data; kept on disk. */
export async function measureStage(
  gpu: Gpu,
  stage: Stage,
  { run, finished: { folders, data: { heldOut } } }: MadeRun,
): Promise<StageMeasures> {
  const { model: modelName, data: kind } = DEFINITIONS[stage];
  const { settings: { evaluated, process }, cacheDir, onDamaged } = run;
  const inputs = {
    format: FORMAT,
    adapter: gpu.key,
    coder: idsOf({ coder: folders[stage], model: folders[modelName] }),
    evaluated,
    measured: MEASURED,
  };
  const made = { kind: `measures-${stage}`, inputs };
  const folder = await cached(cacheDir, made, async (folder) => {
    run.onPhase?.(`measures-${stage}`, 0);
    using held = await holdModel(gpu, folders[modelName], { process });
    const { model } = held, coder = unfold(await loadCrosscoder(folders[stage]));
    const own = heldOut[kind].slice(0, evaluated).map(({ ids }) => ids);
    const clean = heldOut.clean.slice(0, Math.min(PATCHED, evaluated)).map(({ ids }) => ids);
    const quality = await evaluateCoder(model, coder, own);
    const { n_tokens, L0, fvu, explained_variance, dead, density, d_sae } = quality;
    const ce = await patchedLoss(model, coder, clean);
    const measured: StageMeasures = {
      ...{ n_tokens, L0, fvu, explained_variance },
      ...{ dead, density, d_sae, ce },
    };
    await writeJson(join(folder, "measures.json"), measured);
  }, { onDamaged });
  return await readJson(join(folder, "measures.json"));
}
