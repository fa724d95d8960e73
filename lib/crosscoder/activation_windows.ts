/**
 * What single latents do at every token around given places, to colour texts by.
 * @module
 */
import type { LanguageModel } from "../model/language_model.ts";
import { activationBatches } from "./activation_batches.ts";
import type { Crosscoder } from "./coder.ts";
import { asModels, type Models } from "./harvest/models.ts";
import { prepareCoder } from "./prepare.ts";

/** A latent at a position of a sequence: lists of one length, a place each. */
export type Places = {
  latent: ArrayLike<number>;
  sequence: ArrayLike<number>;
  position: ArrayLike<number>;
};

export type WindowOptions = {
  sequences: readonly ArrayLike<number>[];
  places: Places;
  /** Tokens before and after a place. */
  before: number;
  after: number;
};

/**
 * Activations of each place's latent at the tokens around it, [places, before + 1 + after], 0 beyond
 * the ends of a sequence. `crosscoder` may be folded or not; sequences are of one length. Throws on
 * a place that is none in them.
 */
export async function activationWindows(
  model: LanguageModel | Models,
  crosscoder: Crosscoder,
  { sequences, places, before, after }: WindowOptions,
): Promise<Float32Array> {
  const action = "find activations", models = asModels(model);
  const { coder, pos } = prepareCoder(models, crosscoder, { action, sequences });
  const { d_sae } = coder.config;
  const width = before + 1 + after, { latent, sequence, position } = places;
  const bySequence = new Map<number, number[]>();
  for (let place = 0; place < latent.length; place++) {
    checkPlace(places, place, { d_sae, pos, sequences: sequences.length });
    const found = bySequence.get(sequence[place]);
    if (found) found.push(place);
    else bySequence.set(sequence[place], [place]);
  }
  const asked = [...bySequence.keys()].sort((a, b) => a - b);
  const windows = new Float32Array(latent.length * width);
  const batches = activationBatches(models, coder, {
    sequences: asked.map((number) => sequences[number]),
    pos,
  });
  for await (const { first, count, values } of batches) {
    for (let b = 0; b < count; b++) {
      for (const place of bySequence.get(asked[first + b])!) {
        const start = position[place] - before;
        for (let i = Math.max(0, -start); i < width && start + i < pos; i++) {
          windows[place * width + i] = values[(b * pos + start + i) * d_sae + latent[place]];
        }
      }
    }
  }
  return windows;
}

function checkPlace(
  { latent, sequence, position }: Places,
  place: number,
  { d_sae, pos, sequences }: { d_sae: number; pos: number; sequences: number },
): void {
  const found = [latent[place], sequence[place], position[place]];
  const below = [d_sae, sequences, pos];
  if (found.every((value, i) => Number.isInteger(value) && value >= 0 && value < below[i])) return;
  throw new RangeError(
    `Cannot find activations: expected a latent, a sequence and a position below ${below} but ` +
      `found ${found} at place ${place}: take places in the sequences that are given`,
  );
}
