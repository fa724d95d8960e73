/** Every recipe on the planted task, beside a random dictionary. @module */
import { join } from "node:path";
import type { Gpu } from "../../gpu/gpu.ts";
import type { HostArray } from "../../io/host_array.ts";
import { readJson, writeJson } from "../../io/files.ts";
import { stream } from "../../numerics/random.ts";
import { fold, loadCrosscoder, saveCrosscoder } from "../coder.ts";
import { plantedBatches, plantedFeed } from "../planted/feed.ts";
import { matchFeatures, precisionAt, randomDictionary, recallAt } from "../planted/match.ts";
import { evaluateRows } from "../evaluate.ts";
import { type PlantedTask, plantedTask } from "../planted/task.ts";
import { siteScales } from "../scale.ts";
import { makeCoder, settingsOf } from "./make_coder.ts";
import { COMPARED, type ComparedRecipe } from "./presets.ts";
import { type PlantedResult, THRESHOLDS } from "./results.ts";
import { type CrosscodersTask, trained } from "./task.ts";

/** Batches that are drawn and uploaded at a time. */
const PER_ROUND = 32;

/** All recipes and the control, seed by seed; each seed plants features of its own. */
export async function measurePlanted(gpu: Gpu, task: CrosscodersTask): Promise<PlantedResult[]> {
  const results: PlantedResult[] = [];
  for (let seed = 0; seed < task.settings.seeds; seed++) {
    for (const result of await measurePlantedSeed(gpu, task, seed)) results.push(result);
  }
  return results;
}

/** All recipes and the control on the features of one seed. */
export async function measurePlantedSeed(
  gpu: Gpu,
  task: CrosscodersTask,
  seed: number,
): Promise<PlantedResult[]> {
  const { settings: { planted }, seed: runSeed } = task;
  const results: PlantedResult[] = [];
  const random = stream(runSeed, "planted").stream(`seed ${seed}`);
  const truth = plantedTask(planted.task, random.stream("task"));
  const { n_sites, d_in } = planted.task;
  for (const recipe of COMPARED) {
    const { W_dec, L0, FVU, alive } = await plantedCoder(gpu, { recipe, seed, truth, task });
    results.push({ recipe, seed, L0, FVU, ...found(W_dec, truth, alive) });
  }
  const control = randomDictionary([planted.d_sae, n_sites, d_in], random.stream("control"));
  const alive = new Array<boolean>(planted.d_sae).fill(true);
  results.push({ recipe: "random", seed, ...found(control, truth, alive) });
  return results;
}

async function plantedCoder(
  gpu: Gpu,
  { recipe, seed, truth, task }: {
    recipe: ComparedRecipe;
    seed: number;
    truth: PlantedTask;
    task: CrosscodersTask;
  },
): Promise<{ W_dec: HostArray; L0: number; FVU: number; alive: boolean[] }> {
  const { settings: { planted }, seed: runSeed } = task;
  const { d_sae, evaluated, training, levels, task: options } = planted;
  const settings = settingsOf(recipe, { ...training, ...levels[recipe] });
  const { steps, batch } = settings, { n_sites, d_in } = options;
  const inputs = {
    adapter: gpu.key,
    seed: [runSeed, seed],
    recipe,
    settings,
    options,
    d_sae,
    evaluated,
    perRound: PER_ROUND,
  };
  const name = `planted-${recipe}`, of = `seed ${seed}`;
  const folder = await trained(task, { name, of, steps, inputs }, async (folder, training) => {
    const random = stream(runSeed, "planted").stream(`seed ${seed}`);
    const perRound = Math.min(PER_ROUND, steps);
    const feed = plantedFeed(gpu, truth, { batch, perRound, random: random.stream("rows") });
    try {
      const scale = await siteScales(feed.pool, { n_sites, d_in });
      const sites = Array.from({ length: n_sites }, (_, l) => `planted.${l}`);
      const trained = await makeCoder(gpu, feed, {
        recipe,
        settings,
        sites,
        d_in,
        d_sae,
        scale,
        random: random.stream("weights"),
        name,
        ...training,
      });
      const coder = fold(trained);
      await saveCrosscoder(folder, coder);
      const heldOut = { rows: evaluated, random: random.stream("held out") };
      const { L0, FVU, density } = await evaluateRows(
        gpu,
        coder,
        plantedBatches(gpu, truth, heldOut),
      );
      const alive = density.map((share) => share > 0);
      await writeJson(join(folder, "measures.json"), { L0: L0.mean, FVU, alive });
    } finally {
      feed.release();
    }
  });
  const { arrays: { W_dec } } = await loadCrosscoder(folder, { folded: true });
  return { W_dec, ...await readJson(join(folder, "measures.json")) };
}

/** What of the task a dictionary holds. */
function found(W_dec: HostArray, { directions, sites, options }: PlantedTask, alive: boolean[]) {
  const match = matchFeatures(W_dec, directions);
  const { n_features, n_sites } = options;
  const isCommon = (feature: number) => feature < n_features / 2;
  const isWhole = (feature: number) => sites[feature][1] - sites[feature][0] === n_sites;
  const at = <T>(count: (threshold: number) => T) =>
    Object.fromEntries(THRESHOLDS.map((threshold) => [`${threshold}`, count(threshold)]));
  return {
    recall: at((threshold) => recallAt(match, threshold)),
    precision: at((threshold) => precisionAt(match, threshold, alive)),
    common: recallAt(match, 0.9, isCommon),
    rare: recallAt(match, 0.9, (feature) => !isCommon(feature)),
    partial: recallAt(match, 0.9, (feature) => !isWhole(feature)),
    whole: recallAt(match, 0.9, isWhole),
  };
}
