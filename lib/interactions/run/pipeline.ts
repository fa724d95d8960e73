/**
 * A run on feature interactions: phase after phase, each a result of its own on disk, so that a run
 * which is killed goes on where it stopped and ends with the same bytes.
 * @module
 */
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { corpusName } from "../../data/corpus.ts";
import { prepareData, type RunData } from "../../diff/run/data.ts";
import type { Gpu } from "../../gpu/gpu.ts";
import { writeJson } from "../../io/files.ts";
import { type Phase, phaseRunner } from "./phase.ts";
import { PHASES } from "./phases/mod.ts";
import { copyProof } from "./phases/proof_certificates.ts";
import type { InteractionsResults, PhaseResults } from "./results.ts";
import { makeSources } from "./sources.ts";
import type { InteractionsTask } from "./task.ts";

/**
 * Does what is missing of a run and writes <folder>/interactions/results.json, which comes last and
 * goes first: without it nobody takes the folder for a finished run.
 */
export async function runInteractions(
  gpu: Gpu,
  task: InteractionsTask,
  prepared?: RunData,
): Promise<InteractionsResults> {
  const { corpus, settings, stagewise, preset, seed } = task;
  const data = prepared ?? prepareData(corpus, stagewise, { seed });
  await using sources = makeSources(gpu, task, data);
  const run = phaseRunner(task, sources);
  const found: Record<string, unknown> = {};
  for (const [name, phase] of Object.entries<Phase>(PHASES)) {
    found[name] = (await run(phase)).result;
  }
  const folder = join(task.folder, "interactions");
  await mkdir(folder, { recursive: true });
  await rm(join(folder, "results.json"), { force: true });
  await copyProof(await run(PHASES.proof), join(folder, "proof"));
  const results = {
    preset,
    seed,
    adapter: gpu.key,
    corpus: corpusName(corpus),
    settings,
    notes: data.notes,
    ...found as PhaseResults,
  };
  await writeJson(join(folder, "results.json"), results);
  return results;
}
