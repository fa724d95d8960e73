/** What all latents do on sequences, read batch by batch. @module */
import type { Crosscoder } from "./coder.ts";
import { encode, uploadCoder } from "./encode.ts";
import { createHarvester, harvestBatch, releaseHarvester } from "./harvest/harvester.ts";
import type { Models } from "./harvest/models.ts";
import { scaledRows } from "./latents.ts";

/** values [count · pos, d_sae] of sequences `first` to `first + count`. */
export type ActivationBatch = { first: number; count: number; values: Float32Array };

/** Runs the models over sequences of `pos` tokens each; `coder` is what prepareCoder() returns. */
export async function* activationBatches(
  models: Models,
  coder: Crosscoder,
  { sequences, pos }: { sequences: readonly ArrayLike<number>[]; pos: number },
): AsyncGenerator<ActivationBatch> {
  using owned = new DisposableStack();
  const harvester = owned.adopt(
    createHarvester({ models, sites: coder.config.sites, pos }),
    releaseHarvester,
  );
  const { gpu } = harvester.common;
  const onDevice = owned.use(uploadCoder(gpu, coder));
  const scaled = owned.use(scaledRows(gpu, coder.config));
  for (let first = 0; first < sequences.length; first += harvester.batch) {
    const batch = sequences.slice(first, first + harvester.batch);
    using x = scaled.take(harvester.staging, harvestBatch(harvester, batch));
    using acts = encode(onDevice, x);
    yield { first, count: batch.length, values: await acts.read() };
  }
}
