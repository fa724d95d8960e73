/** Where single latents are strongest in a text. @module */
import type { Crosscoder } from "../../crosscoder/coder.ts";
import type { LanguageModel } from "../../model/language_model.ts";
import { textParts } from "../../crosscoder/text_parts.ts";
import type { Places } from "./cards.ts";
import { keepStrongest } from "./strongest.ts";

/** By latent of the list, its `places` strongest tokens, by their numbers in the text. */
export async function latentPlaces(
  model: LanguageModel,
  coder: Crosscoder,
  { latents, text, places }: {
    latents: readonly number[];
    text: readonly Uint32Array[];
    places: number;
  },
): Promise<Map<number, Places>> {
  const found = new Map<number, Places>(latents.map((latent) => [latent, []]));
  for await (
    const { active: { tokens, start, latent, act }, first } of textParts(model, coder, text)
  ) {
    for (let t = 0; t < tokens; t++) {
      for (let e = start[t]; e < start[t + 1]; e++) {
        const own = found.get(latent[e]);
        if (own) keepStrongest(own, places, act[e], first + t);
      }
    }
  }
  return found;
}
