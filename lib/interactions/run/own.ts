/**
 * A model and a dictionary of one's own: what can be asked of them alone. Metrics of every pair,
 * ablation, agreement of the two, excess and bounds; the dictionary stands where ft1's does.
 * @module
 */
import { createHash } from "node:crypto";
import { join } from "node:path";
import { loadCrosscoder } from "../../crosscoder/coder.ts";
import type { RunData } from "../../diff/data.ts";
import type { Gpu } from "../../gpu/gpu.ts";
import { readFile } from "node:fs/promises";
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

/** What a run on one's own model and dictionary leaves. */
export type OwnResults = Pick<PhaseResults, "pairs" | "truth" | "agreement" | "bounds">;

/** The files that make a model or a dictionary. */
const FILES = ["config.json", "model.safetensors"];

/**
 * What lies in the two folders, as one hash; for `task.own`. Throws where a file of them is missing.
 */
export async function ownHash(folders: { model: string; coder: string }): Promise<string> {
  const hash = createHash("sha256");
  for (const folder of [folders.model, folders.coder]) {
    for (const file of FILES) hash.update(await readFile(join(folder, file)));
  }
  return hash.digest("hex");
}

/**
 * Does what is missing of a run on `task.own`. Throws where the dictionary is not folded, not of this
 * model, or reads no MLP input of it.
 */
export async function runOwn(
  gpu: Gpu,
  task: InteractionsTask & { own: NonNullable<InteractionsTask["own"]> },
  data: RunData,
): Promise<OwnResults> {
  await checkOwn(gpu, task.own, data);
  await using sources = makeSources(gpu, task, data);
  const run = phaseRunner(task, sources);
  return {
    pairs: (await run(pairs)).result,
    truth: (await run(truth)).result,
    agreement: (await run(agreement)).result,
    bounds: (await run(bounds)).result,
  };
}

async function checkOwn(
  gpu: Gpu,
  { model: folder, coder: coderFolder }: { model: string; coder: string },
  data: RunData,
): Promise<void> {
  const coder = await loadCrosscoder(coderFolder, { folded: true });
  const model = await loadModel(gpu, folder);
  try {
    const sequences = data.heldOut.clean.slice(0, 1).map(({ ids }) => ids);
    prepareCoder({ model }, coder, { action: "measure interactions", sequences });
    mlpSites(model, coder);
  } finally {
    releaseParameters(model.parameters);
  }
}
