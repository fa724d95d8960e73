/** A model that has learnt nothing, of the same sizes: what a measure gives where nothing was trained. @module */
import { createModel, type LanguageModel } from "../../model/language_model.ts";
import type { HostArray } from "../../io/host_array.ts";
import type { Random } from "../../numerics/random.ts";
import { readParameters } from "../../tensor/parameters.ts";

/**
 * The model with every weight drawn anew from a normal distribution with the mean and the spread of
 * its tensor, as Jacobian SAEs compare trained with random transformers (Farnik et al. 2025, arXiv
 * 2502.18147). Whoever asks for it releases its parameters.
 */
export async function randomWeights(model: LanguageModel, random: Random): Promise<LanguageModel> {
  const { gpu, architecture, config, parameters } = model;
  const weights: Record<string, HostArray> = {};
  for (const [name, { shape, data }] of Object.entries(await readParameters(parameters))) {
    const mean = data.reduce((a, b) => a + b, 0) / data.length;
    const variance = data.reduce((a, b) => a + (b - mean) ** 2, 0) / data.length;
    const drawn = random.stream(name).normals(data.length, Math.sqrt(variance));
    weights[name] = { shape, data: drawn.map((value) => value + mean) };
  }
  return createModel(gpu, architecture, config, weights);
}
