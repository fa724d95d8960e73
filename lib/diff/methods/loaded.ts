/**
 * Dictionaries of a pair, read from their folders once: methods that share one then share what a question
 * reads with it too.
 * @module
 */
import { type Crosscoder, loadCrosscoder } from "../../crosscoder/coder.ts";
import type { ModelPair } from "./method.ts";

const known = new WeakMap<ModelPair, Map<string, unknown>>();

/** What `make` makes of the crosscoder in a folder, the same at every call; a folder has one `make`. */
export async function loadedOnce<T>(
  pair: ModelPair,
  folder: string,
  make: (coder: Crosscoder) => T,
): Promise<T> {
  const own = known.get(pair) ?? new Map<string, unknown>();
  known.set(pair, own);
  if (!own.has(folder)) own.set(folder, make(await loadCrosscoder(folder)));
  return own.get(folder) as T;
}
