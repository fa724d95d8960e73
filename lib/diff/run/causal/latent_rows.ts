/** Rotations and labels of a dictionary while its run is still in the making. @module */
import { loadCrosscoder } from "../../../crosscoder/coder.ts";
import type { Gpu } from "../../../gpu/gpu.ts";
import type { HostArray } from "../../../io/host_array.ts";
import type { StageContexts } from "../../stored/result_files.ts";
import {
  CONTROLS,
  LABELLING,
  type LabellingStage,
  TURNING,
  type TurningStage,
} from "../../stages/coder_phases.ts";
import { exampleIds } from "../example_rows.ts";
import { phaseContexts } from "../measures/contexts.ts";
import type { MadeRun } from "../pipeline.ts";
import { type TurningRow, turningTable } from "../../stages/table.ts";

/** The rows of the run's stages, or of the null baseline's. */
export async function stageRows(
  gpu: Gpu,
  of: "run" | "null",
  work: MadeRun,
): Promise<TurningRow[]> {
  const { run, finished: { folders, data } } = work;
  const named = (stage: TurningStage): string => of === "null" ? CONTROLS.null[stage] : stage;
  const W_dec: Partial<Record<TurningStage, HostArray>> = {};
  for (const stage of TURNING) {
    const { arrays } = await loadCrosscoder(folders[named(stage)], { folded: true });
    W_dec[stage] = arrays.W_dec;
  }
  const contexts: Partial<Record<LabellingStage, StageContexts>> = {};
  for (const stage of LABELLING) contexts[stage] = await phaseContexts(gpu, named(stage), work);
  return turningTable({ W_dec, contexts } as Parameters<typeof turningTable>[0], {
    examples: exampleIds(data, run).map((ids) => [...ids]),
    vocabulary: data.vocabulary,
  });
}

/** On how many tokens of the examples each latent fires, [d_sae]. */
export async function firings(gpu: Gpu, name: string, work: MadeRun): Promise<number[]> {
  return (await phaseContexts(gpu, name, work)).fired;
}
