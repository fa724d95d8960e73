/**
 * A model and a dictionary of one's own: what can be asked of them alone. Metrics of every pair,
 * ablation, agreement of the two, excess and bounds; the dictionary stands where ft1's does.
 * @module
 */
import { createHash } from "node:crypto";
import { join } from "node:path";
import { loadCrosscoder } from "../../crosscoder/coder.ts";
import { evaluateCoder } from "../../crosscoder/evaluate.ts";
import type { RunData } from "../../diff/run/data.ts";
import type { Gpu } from "../../gpu/gpu.ts";
import { isModelFile } from "../../io/hub/model_files.ts";
import { forEachPiece, regularSize } from "../../io/regular_files.ts";
import { loadModel } from "../../model/files.ts";
import { releaseParameters } from "../../tensor/parameters.ts";
import { prepareCoder } from "../../crosscoder/prepare.ts";
import { mlpSites } from "../players/mlp.ts";
import { phaseRunner } from "./phase.ts";
import { agreement } from "./phases/agreement.ts";
import { bounds } from "./phases/bounds.ts";
import { pairs } from "./phases/pairs.ts";
import { truth } from "./phases/truth.ts";
import type { PhaseResults } from "./results.ts";
import { makeSources } from "./sources.ts";
import type { InteractionsTask } from "./task.ts";

/** How good the dictionary is on the model, on some held-out sequences; FVU over all its sites. */
export type OwnQuality = { sequences: number; L0: number; FVU: number };

/** What a run on one's own model and dictionary leaves. */
export type OwnResults =
  & Pick<PhaseResults, "pairs" | "truth" | "agreement" | "bounds">
  & { quality: OwnQuality };

/** Held-out sequences that tell whether a dictionary is of a model. */
const JUDGED = 8;

/**
 * What lies in the two folders, as one hash; for `task.own`. Throws where a folder has no
 * configuration.
 */
export async function ownHash({ model, coder }: { model: string; coder: string }): Promise<string> {
  const hash = createHash("sha256");
  for (const folder of [model, coder]) {
    for (const name of await filesOf(folder)) {
      hash.update(`${name}\0`);
      await forEachPiece(join(folder, name), (piece) => hash.update(piece));
    }
  }
  return hash.digest("hex");
}

/** Configuration, weights in whatever files, words of a model's own; sorted. */
async function filesOf(folder: string): Promise<string[]> {
  await regularSize(join(folder, "config.json"));
  const names = (await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name);
  return names.filter((name) => isModelFile(name, names)).sort();
}

/**
 * Does what is missing of a run on `task.own`. Throws where the dictionary is not folded, reads no MLP
 * input of the model, or was trained on another one: its sites or widths are not there, or it is no
 * closer to the activations than their mean.
 */
export async function runOwn(
  gpu: Gpu,
  task: InteractionsTask & { own: NonNullable<InteractionsTask["own"]> },
  data: RunData,
): Promise<OwnResults> {
  const quality = await qualityOf(gpu, task.own, data);
  await using sources = makeSources(gpu, task, data);
  const run = phaseRunner(task, sources);
  return {
    pairs: (await run(pairs)).result,
    truth: (await run(truth)).result,
    agreement: (await run(agreement)).result,
    bounds: (await run(bounds)).result,
    quality,
  };
}

const ACTION = "measure interactions";

async function qualityOf(
  gpu: Gpu,
  { model: folder, coder: coderFolder }: { model: string; coder: string },
  data: RunData,
): Promise<OwnQuality> {
  const coder = await loadCrosscoder(coderFolder, { folded: true });
  const model = await loadModel(gpu, folder);
  try {
    const sequences = data.heldOut.clean.slice(0, JUDGED).map(({ ids }) => ids);
    prepareCoder({ model }, coder, { action: ACTION, sequences });
    mlpSites(model, coder);
    const { L0, FVU } = await evaluateCoder(model, coder, sequences);
    if (FVU < 1) return { sequences: sequences.length, L0: L0.mean, FVU };
    throw new RangeError(
      `Cannot ${ACTION}: expected a crosscoder closer to this model's activations than their mean, ` +
        `an FVU below 1, but found ${FVU.toPrecision(3)}: take the model that it was trained on`,
    );
  } finally {
    releaseParameters(model.parameters);
  }
}
