/** What chosen latents do on every token of some sequences. @module */
import type { LanguageModel } from "../model/language_model.ts";
import type { Crosscoder } from "./coder.ts";
import { encode, uploadCoder } from "./encode.ts";
import { createHarvester, harvestBatch, releaseHarvester } from "./harvest/harvester.ts";
import { asModels, type Models } from "./harvest/models.ts";
import { scaledRows } from "./latents.ts";
import { prepareCoder } from "./prepare.ts";

/**
 * Runs a model, or several by name, over sequences of one length and reads the activations of
 * `latents` of a crosscoder, folded or not: for each of them [n_sequences][pos].
 */
export async function latentActivations(
  model: LanguageModel | Models,
  crosscoder: Crosscoder,
  { sequences, latents }: { sequences: readonly ArrayLike<number>[]; latents: readonly number[] },
): Promise<Float32Array[][]> {
  const models = asModels(model), action = "read activations of latents";
  const { coder, pos } = prepareCoder(models, crosscoder, { action, sequences });
  const { sites, d_sae } = coder.config;
  const other = latents.find((latent) =>
    !(Number.isInteger(latent) && latent >= 0 && latent < d_sae)
  );
  if (other !== undefined) {
    throw new RangeError(
      `Cannot ${action}: expected latents of 0 to ${d_sae - 1} but found ${other}: ` +
        "take latents of this crosscoder",
    );
  }
  using owned = new DisposableStack();
  const harvester = owned.adopt(createHarvester({ models, sites, pos }), releaseHarvester);
  const { gpu } = harvester.common;
  const onDevice = owned.use(uploadCoder(gpu, coder));
  const scaled = owned.use(scaledRows(gpu, coder.config));
  const found = latents.map((): Float32Array[] => []);
  for (let start = 0; start < sequences.length; start += harvester.batch) {
    const rows = harvestBatch(harvester, sequences.slice(start, start + harvester.batch));
    using x = scaled.take(harvester.staging, rows);
    using acts = encode(onDevice, x);
    const values = await acts.read();
    for (let from = 0; from < rows; from += pos) {
      for (const [i, latent] of latents.entries()) {
        found[i].push(
          Float32Array.from({ length: pos }, (_, t) => values[(from + t) * d_sae + latent]),
        );
      }
    }
  }
  return found;
}
