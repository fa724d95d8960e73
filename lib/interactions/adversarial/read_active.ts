/** The active latents of a whole text, and the MLPs at which they act. @module */
import type { Crosscoder } from "../../crosscoder/coder.ts";
import type { LanguageModel } from "../../model/language_model.ts";
import type { ActiveLatents } from "../players/active.ts";
import { mlpOf, mlpSites } from "../players/mlp.ts";
import { textParts } from "../players/text.ts";
import type { SiteMlp } from "./potential.ts";

/** The MLPs whose inputs are sites of the crosscoder. */
export async function siteMlps(model: LanguageModel, coder: Crosscoder): Promise<SiteMlp[]> {
  return await Promise.all(
    mlpSites(model, coder).map(async ({ layer, site }) => ({
      mlp: await mlpOf(model, layer),
      site,
    })),
  );
}

/** The active latents of a text, part by part. */
export async function activeParts(
  { model, coder }: { model: LanguageModel; coder: Crosscoder },
  known: readonly Uint32Array[],
): Promise<ActiveLatents[]> {
  const parts = [];
  for await (const { active } of textParts(model, coder, known)) parts.push(active);
  return parts;
}

/** Parts of one text as one. */
export function together(parts: readonly ActiveLatents[]): ActiveLatents {
  const [{ d_sae }] = parts, tokens = parts.reduce((sum, part) => sum + part.tokens, 0);
  const entries = parts.reduce((sum, part) => sum + part.latent.length, 0);
  const whole = {
    tokens,
    d_sae,
    start: new Uint32Array(tokens + 1),
    latent: new Uint32Array(entries),
    act: new Float32Array(entries),
  };
  let token = 0, entry = 0;
  for (const part of parts) {
    whole.start.set(part.start.map((at) => at + entry), token);
    whole.latent.set(part.latent, entry);
    whole.act.set(part.act, entry);
    token += part.tokens;
    entry += part.latent.length;
  }
  return whole;
}
