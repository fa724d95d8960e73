/**
 * The comparison of crosscoders: a small language model, every recipe on its activations at several
 * numbers of latents and over several seeds, the reference at several sizes, and every recipe on
 * the planted task. Each training is a result of its own on disk, so that a run which is killed
 * goes on where it stopped and ends with the same bytes.
 * @module
 */
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { recordBatch } from "../../data/batches.ts";
import type { Gpu } from "../../gpu/gpu.ts";
import { writeJson } from "../../io/files.ts";
import { languageModelLoss } from "../../model/loss.ts";
import { stream } from "../../numerics/random.ts";
import { loadCrosscoder, saveCrosscoder } from "../coder.ts";
import { residualSites } from "../sites.ts";
import { coderSpecs, type MeasuredCoder, measuredCoder } from "./coders.ts";
import { prepareSequences, type SequenceData } from "./data.ts";
import { measurePlanted } from "./planted.ts";
import { COMPARED, middleLevel } from "./presets.ts";
import type { CrosscodersResults, LatentsResult } from "./results.ts";
import { shownLatents } from "./shown_latents.ts";
import { languageModel, type SharedActivations, sharedActivations } from "./source.ts";
import { checkTask, type CrosscodersTask } from "./task.ts";

/**
 * Does what is missing of a run and writes <folder>/crosscoders: results.json, and one crosscoder
 * of each recipe. The results come last and go first: without them nobody takes the folder for a
 * finished run.
 */
export async function runCrosscoders(
  gpu: Gpu,
  task: CrosscodersTask,
  prepared?: SequenceData,
): Promise<CrosscodersResults> {
  checkTask(task);
  const { settings, preset, seed } = task;
  const data = prepared ?? await prepareSequences(settings, { seed });
  const heldOut = data.heldOut.map(({ ids }) => ids);
  const model = await languageModel(gpu, task, data);
  using source = sharedActivations(gpu, task, { folder: model, sequences: data.sequences });
  const coders: MeasuredCoder[] = [];
  for (const spec of coderSpecs(settings)) {
    coders.push(await measuredCoder(gpu, spec, { task, source, heldOut, model }));
  }
  const planted = await measurePlanted(gpu, task);
  const folder = join(task.folder, "crosscoders");
  await mkdir(folder, { recursive: true });
  await rm(join(folder, "results.json"), { force: true });
  const results = {
    preset,
    seed,
    adapter: gpu.key,
    settings,
    crossEntropy: await heldOutLoss(source, data),
    sites: residualSites(settings.model.n_layers),
    coders: coders.map(({ result }) => result),
    latents: await shownOfEach(coders, { task, folder }),
    planted,
  };
  await writeJson(join(folder, "results.json"), results);
  return results;
}

/**
 * The first seed's crosscoder of each recipe at its middle level: copied into the folder, and what
 * is shown of it.
 */
async function shownOfEach(
  coders: readonly MeasuredCoder[],
  { task: { settings, seed }, folder }: { task: CrosscodersTask; folder: string },
): Promise<LatentsResult[]> {
  const shown = [];
  for (const recipe of COMPARED) {
    const { folder: from, density } = coders.find(({ result }) =>
      result.recipe === recipe && result.seed === 0 && result.d_sae === settings.d_sae &&
      result.level === middleLevel(settings.levels[recipe])
    )!;
    const coder = await loadCrosscoder(from, { folded: true });
    await saveCrosscoder(join(folder, "models", recipe), coder);
    const random = stream(seed, "shown latents").stream(recipe);
    shown.push({ recipe, ...shownLatents(coder, density, random) });
  }
  return shown;
}

/** Sequences of one batch. */
const BATCH = 16;

async function heldOutLoss(source: SharedActivations, { heldOut }: SequenceData): Promise<number> {
  const batches = Array.from({ length: Math.ceil(heldOut.length / BATCH) }, (_, i) => {
    return recordBatch(heldOut.slice(i * BATCH, (i + 1) * BATCH));
  });
  return await languageModelLoss(await source.model(), batches);
}
