/** The active latents of a whole text. @module */
import type { Crosscoder } from "../../crosscoder/coder.ts";
import type { LanguageModel } from "../../model/language_model.ts";
import { concatenated } from "../arrays.ts";
import type { ActiveLatents } from "../../crosscoder/active_latents.ts";
import { textParts } from "../../crosscoder/text_parts.ts";

/** Those of all tokens of `text`, sequences of one length; throws as `textParts` does. */
export async function activeText(
  model: LanguageModel,
  coder: Crosscoder,
  text: readonly ArrayLike<number>[],
): Promise<ActiveLatents> {
  return joinActive(await activeParts(model, coder, text));
}

/** The same, part by part. */
export async function activeParts(
  model: LanguageModel,
  coder: Crosscoder,
  text: readonly ArrayLike<number>[],
): Promise<ActiveLatents[]> {
  const parts: ActiveLatents[] = [];
  for await (const { active } of textParts(model, coder, text)) parts.push(active);
  return parts;
}

/** The parts of a text one behind the other, one at least. */
export function joinActive(parts: readonly ActiveLatents[]): ActiveLatents {
  const tokens = parts.reduce((sum, part) => sum + part.tokens, 0);
  const start = new Uint32Array(tokens + 1);
  let token = 0, entry = 0;
  for (const part of parts) {
    for (let t = 0; t <= part.tokens; t++) start[token + t] = entry + part.start[t];
    token += part.tokens;
    entry += part.latent.length;
  }
  return {
    tokens,
    d_sae: parts[0].d_sae,
    start,
    latent: concatenated(parts.map(({ latent }) => latent)),
    act: concatenated(parts.map(({ act }) => act)),
  };
}
