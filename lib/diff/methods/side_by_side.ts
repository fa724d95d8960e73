/** Both models of a pair as one: their sites side by side, the base's first. @module */
import {
  createHarvester,
  harvestBatch,
  releaseHarvester,
} from "../../crosscoder/harvest/harvester.ts";
import { resolveSites, type Sites } from "../../crosscoder/harvest/resolve_sites.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { rowSlice } from "../../tensor/views.ts";
import { sitesOf } from "./check_pair.ts";
import type { ModelPair } from "./method.ts";

/** The sites of both models, "base:..." before "other:...", and their width. */
export function bothSites(pair: ModelPair): Sites {
  const { base, other } = pair;
  const patterns = ["base", "other"].flatMap((model) =>
    sitesOf(pair).map((hook) => ({ model, hook }))
  );
  return resolveSites({ base, other }, patterns);
}

/**
 * Activations batch by batch [rows, n_sites · d_in], raw; each is there until the next is asked for.
 */
export function* sideBySide(
  { base, other }: ModelPair,
  { sites }: Sites,
  sequences: readonly Uint32Array[],
): Generator<Tensor> {
  using owned = new DisposableStack();
  const harvester = owned.adopt(
    createHarvester({ models: { base, other }, sites, pos: sequences[0].length }),
    releaseHarvester,
  );
  for (let start = 0; start < sequences.length; start += harvester.batch) {
    const rows = harvestBatch(harvester, sequences.slice(start, start + harvester.batch));
    yield rowSlice(harvester.staging, 0, rows);
  }
}
