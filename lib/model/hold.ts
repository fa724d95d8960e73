/** Models that are given back where the block that holds them ends, whatever is thrown in it. @module */
import type { Gpu } from "../gpu/gpu.ts";
import { releaseParameters } from "../tensor/parameters.ts";
import { loadModel, type LoadOptions } from "./files.ts";
import type { LanguageModel } from "./language_model.ts";

/** A model with the end of its life: `using held = ...`. */
export type HeldModel = Disposable & { model: LanguageModel };

/** Holds a model that is on the device already; what is trained or merged in it stays its own. */
export function hold(model: LanguageModel): HeldModel {
  return { model, [Symbol.dispose]: () => releaseParameters(model.parameters) };
}

/** Loads a model for one block. Throws as `loadModel` does. */
export async function holdModel(
  gpu: Gpu,
  folder: string,
  options: LoadOptions = {},
): Promise<HeldModel> {
  return hold(await loadModel(gpu, folder, options));
}
