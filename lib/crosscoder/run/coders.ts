/**
 * One crosscoder of the comparison after the other: trained, measured on held-out sequences, found
 * again.
 * @module
 */
import { join } from "node:path";
import type { Gpu } from "../../gpu/gpu.ts";
import { readJson, writeJson } from "../../io/files.ts";
import { stream } from "../../numerics/random.ts";
import type { LoggedStep } from "../../tensor/training.ts";
import { fold, saveCrosscoder } from "../coder.ts";
import { evaluateCoder } from "../evaluate.ts";
import { coderFlops, type CoderSize } from "../plan.ts";
import { residualSites } from "../sites.ts";
import { makeCoder, settingsOf } from "./make_coder.ts";
import {
  COMPARED,
  type ComparedRecipe,
  type CrosscodersSettings,
  type Level,
  middleLevel,
  REFERENCE,
} from "./presets.ts";
import type { CoderResult } from "./results.ts";
import type { SharedActivations } from "./source.ts";
import { type CrosscodersTask, idOf, trained } from "./task.ts";

/** What is trained: a recipe at a level and a size, with a seed. */
export type CoderSpec = {
  recipe: ComparedRecipe;
  level: number;
  options: Level;
  d_sae: number;
  seed: number;
};

/**
 * Every crosscoder of a run: all recipes at all their levels, then the reference at further sizes;
 * seed by seed.
 */
export function coderSpecs({ seeds, d_sae, widths, levels }: CrosscodersSettings): CoderSpec[] {
  const middle = middleLevel(levels[REFERENCE]);
  return Array.from({ length: seeds }, (_, seed): CoderSpec[] => [
    ...COMPARED.flatMap((recipe) =>
      levels[recipe].map((options, level) => ({ recipe, level, options, d_sae, seed }))
    ),
    ...widths.map((d_sae) => ({
      recipe: REFERENCE,
      level: middle,
      options: levels[REFERENCE][middle],
      d_sae,
      seed,
    })),
  ]).flat();
}

/**
 * Where a crosscoder lies, what was measured on it, and the share of tokens on which each latent
 * fires.
 */
export type MeasuredCoder = { folder: string; result: CoderResult; density: number[] };

/** Trains one and measures it, or finds it. */
export async function measuredCoder(
  gpu: Gpu,
  { recipe, level, options, d_sae, seed }: CoderSpec,
  { task, source, heldOut, model }: {
    task: CrosscodersTask;
    source: SharedActivations;
    heldOut: readonly Uint32Array[];
    model: string;
  },
): Promise<MeasuredCoder> {
  const { settings: { training, model: sizes, evaluated, sequences }, seed: runSeed } = task;
  const settings = settingsOf(recipe, { ...training, ...options });
  const inputs = {
    adapter: gpu.key,
    model: idOf(model),
    seed: [runSeed, seed],
    recipe,
    settings,
    d_sae,
    sequences,
    evaluated,
  };
  const name = `crosscoder-${recipe}`, { steps } = settings;
  const of = `level ${level}, ${d_sae} latents, seed ${seed}`;
  const size = { n_sites: sizes.n_layers + 1, d_in: sizes.d_model, d_sae };
  const folder = await trained(task, { name, of, steps, inputs }, async (folder, training) => {
    const { model, feed, scale } = await source.of(seed);
    const logged: LoggedStep[] = [];
    const coder = await makeCoder(gpu, feed, {
      recipe,
      settings,
      sites: residualSites(sizes.n_layers),
      d_in: sizes.d_model,
      d_sae,
      scale,
      random: stream(runSeed, "crosscoder").stream(`seed ${seed}`),
      name,
      checkpoint: training.checkpoint,
      onLog: (rows, again) => {
        logged.push(...rows);
        training.onLog(rows, again);
      },
    });
    await saveCrosscoder(folder, fold(coder));
    const { L0, FVU, FVU_mean, dead, bits, density } = await evaluateCoder(model, coder, heldOut);
    const tokens = settings.steps * settings.batch, flops = tokens * coderFlops(size);
    const curve = errorCurve(logged, { ...settings, size });
    const measures = { tokens, flops, L0: L0.mean, FVU, FVU_mean, dead, bits, curve };
    await writeJson(join(folder, "measures.json"), { measures, density });
  });
  const { measures, density } = await readJson(join(folder, "measures.json"));
  return { folder, result: { recipe, level, seed, d_sae, ...measures }, density };
}

/** Points of a curve. */
const POINTS = 24;

/**
 * The error of the batches, in the recipe's own measure, as means over equal parts of the run,
 * beside the FLOPs by then.
 */
function errorCurve(
  logged: readonly LoggedStep[],
  { batch, size }: { batch: number; size: CoderSize },
): CoderResult["curve"] {
  const points = Math.min(POINTS, logged.length);
  return Array.from({ length: points }, (_, i) => {
    const [from, to] = [i, i + 1].map((end) => Math.round(end * logged.length / points));
    const part = logged.slice(from, to);
    const sum = part.reduce((sum, { metrics }) => {
      return sum + (metrics.squared_error ?? metrics.root_error);
    }, 0);
    return { flops: part.at(-1)!.step * batch * coderFlops(size), error: sum / part.length };
  });
}
