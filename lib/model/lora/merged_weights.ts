/** Weights of a model as a file has them, with adapters of another file merged into them. @module */
import type { HostArray } from "../../io/host_array.ts";
import { createParameters, readParameters, releaseParameters } from "../../tensor/parameters.ts";
import { type Adapted, adaptersByName, releaseAdapters } from "./adapters.ts";
import { loadAdapters } from "./files.ts";
import { mergeAdapters } from "./merge.ts";

/**
 * The weights with the adapters in `folder` merged into those that they adapt; the others are
 * shared. Throws as `loadAdapters` and `mergeAdapters` do.
 */
export async function mergedWeights(
  model: Adapted,
  weights: Record<string, HostArray>,
  folder: string,
): Promise<Record<string, HostArray>> {
  using owned = new DisposableStack();
  const adapters = owned.adopt(await loadAdapters(model, folder), releaseAdapters);
  const names = [...adaptersByName(adapters).keys()].filter((name) => Object.hasOwn(weights, name));
  const chosen = Object.fromEntries(names.map((name) => [name, weights[name]]));
  const parameters = owned.adopt(createParameters(model.gpu, chosen), releaseParameters);
  mergeAdapters({ gpu: model.gpu, parameters }, adapters);
  return { ...weights, ...await readParameters(parameters) };
}
