/**
 * What a rehearsal begins with: the model and the corpus of the run, or, where the hub is out of
 * reach, random weights of the published model's sizes and the embedded grammar. Shapes decide what a
 * step costs, not values.
 * @module
 */
import { join } from "node:path";
import type { SourceOptions } from "../../lib/diff/run/sources.ts";
import { saveModel } from "../../lib/model/files.ts";
import type { Gpu } from "../../lib/gpu/gpu.ts";
import { createGptNeo } from "../../lib/model/architectures/gpt_neo.ts";
import { publishedConfig } from "../../lib/model/published.ts";
import { initialWeights } from "../../lib/model/architectures/gpt_neo/weights.ts";
import { stream } from "../../lib/numerics/random.ts";
import { releaseParameters } from "../../lib/tensor/parameters.ts";
import type { RunOptions } from "../system.ts";
import { messageOf } from "../terminal.ts";
import { fetchedModel, inputNames, PUBLISHED, PUBLISHED_MODEL } from "./inputs.ts";

/** `notes`: sentences on what stands in for what. */
export type RehearsalInputs = {
  sources: Pick<SourceOptions, "model" | "modelFrom" | "corpus" | "published">;
  notes: string[];
};

/** Only what the published run began with is stood in for: what a user names must be there. */
export async function rehearsalInputs(
  gpu: Gpu,
  { folder, seed, ...asked }: RunOptions,
): Promise<RehearsalInputs> {
  const { model: named, ...names } = inputNames(asked);
  if (named !== PUBLISHED.model || asked.choices.model !== undefined) {
    return { sources: { ...await fetchedModel(named), corpus: asked.corpus }, notes: [] };
  }
  try {
    return { sources: { ...await fetchedModel(named), ...names }, notes: [] };
  } catch (error) {
    const model = join(folder, "random");
    await randomModel(gpu, model, seed);
    const reason = messageOf(error);
    const notes = [
      `Random weights of ${named}'s sizes, and the grammar's stories: ${reason}`,
    ];
    return { sources: { model, corpus: asked.corpus }, notes };
  }
}

async function randomModel(gpu: Gpu, folder: string, seed: number): Promise<void> {
  const config = publishedConfig(PUBLISHED_MODEL);
  const weights = initialWeights(config, stream(seed, "rehearsal"));
  const model = createGptNeo(gpu, config, weights);
  await Deno.mkdir(folder);
  await saveModel(folder, model);
  releaseParameters(model.parameters);
}
