/** What chosen latents do on every token of some sequences. @module */
import type { LanguageModel } from "../model/language_model.ts";
import { activationBatches } from "./activation_batches.ts";
import type { Crosscoder } from "./coder.ts";
import { asModels, type Models } from "./harvest/models.ts";
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
  const { d_sae } = coder.config;
  const other = latents.find((latent) =>
    !(Number.isInteger(latent) && latent >= 0 && latent < d_sae)
  );
  if (other !== undefined) {
    throw new RangeError(
      `Cannot ${action}: expected latents of 0 to ${d_sae - 1} but found ${other}: ` +
        "take latents of this crosscoder",
    );
  }
  const found = latents.map((): Float32Array[] => []);
  for await (const { count, values } of activationBatches(models, coder, { sequences, pos })) {
    for (let from = 0; from < count * pos; from += pos) {
      for (const [i, latent] of latents.entries()) {
        found[i].push(
          Float32Array.from({ length: pos }, (_, t) => values[(from + t) * d_sae + latent]),
        );
      }
    }
  }
  return found;
}
