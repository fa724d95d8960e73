/**
 * What a crosscoder reads in the texts of a question, unedited: edits of a second pass over the same
 * tokens are made of it, since latents of several sites need all of them at once.
 * @module
 */
import { type ActiveLatents, checkActive, joinActive } from "../../../crosscoder/active_latents.ts";
import { type Crosscoder, fold } from "../../../crosscoder/coder.ts";
import { textParts } from "../../../crosscoder/text_parts.ts";
import type { LanguageModel } from "../../../model/language_model.ts";
import type { Forced } from "../../../model/forced/forced.ts";
import { readTensors } from "../../../tensor/read.ts";
import { type Asked, type AskedText, forcedText, keptOf } from "./asked.ts";

/**
 * Active latents of sequences of `pos` tokens, prompt and answer and padding: token sequence · pos +
 * position. `x`, by site: raw activations [tokens, d_in], where they were asked for.
 */
export type Reading = { pos: number; active: ActiveLatents; x?: Float32Array[] };

/**
 * Reads latents of sequences of one length in another way than the model alone does: a crosscoder of
 * two models, or of their difference.
 */
export type Reader = (sequences: readonly Uint32Array[]) => Promise<ActiveLatents>;

/** A crosscoder, and what reads its latents where the model alone does not. */
export type ReadBy = { coder: Crosscoder; read?: Reader };

/** What a crosscoder reads in a text; kept with the question. */
export async function readingOf(
  asked: Asked,
  { coder, read }: ReadBy,
  text: AskedText,
): Promise<Reading> {
  return await keptOf(asked, { reader: read ?? coder, text }, async () => {
    const { pos, sequences } = filled(forcedText(asked, text));
    if (read === undefined) return { pos, active: await activeOf(asked.model, coder, sequences) };
    const active = await read(sequences);
    checkActive("ask for causal effects", active);
    const { d_sae } = coder.config, tokens = sequences.length * pos;
    if (active.tokens === tokens && active.d_sae === d_sae) return { pos, active };
    throw new RangeError(
      `Cannot ask for causal effects: expected ${d_sae} latents at ${tokens} tokens but found ` +
        `${active.d_sae} at ${active.tokens}: read every token of every sequence`,
    );
  });
}

/** The raw activations of a text at the sites of a crosscoder, [tokens, d_in] each; kept with the question. */
export async function siteValues(
  asked: Asked,
  coder: Crosscoder,
  text: AskedText,
): Promise<Float32Array[]> {
  return await keptOf(asked, { reader: coder.arrays, text }, async () => {
    const { sequences } = filled(forcedText(asked, text)), found: Float32Array[][] = [];
    for await (const { x } of textParts(asked.model, folded(coder), sequences)) {
      found.push(await readTensors(x));
    }
    return coder.config.sites.map((_, site) => joined(found.map((part) => part[site])));
  });
}

/** The same crosscoder for raw activations. */
export function folded(coder: Crosscoder): Crosscoder {
  return coder.config.folded ? coder : fold(coder);
}

/** Prompts and whole answers, filled up at their ends to the longest. */
export function filled(forced: readonly Forced[]): { pos: number; sequences: Uint32Array[] } {
  const pos = Math.max(...forced.map(({ prompt, answer }) => prompt.length + answer.length));
  const sequences = forced.map(({ prompt, answer }) => {
    const ids = new Uint32Array(pos);
    ids.set(prompt);
    ids.set(answer, prompt.length);
    return ids;
  });
  return { pos, sequences };
}

async function activeOf(
  model: LanguageModel,
  coder: Crosscoder,
  sequences: readonly Uint32Array[],
): Promise<ActiveLatents> {
  const parts: ActiveLatents[] = [];
  for await (const { active } of textParts(model, folded(coder), sequences)) parts.push(active);
  return joinActive(parts, coder.config.d_sae);
}

/** Arrays one behind the other. */
export function joined(parts: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  parts.reduce((at, part) => (all.set(part, at), at + part.length), 0);
  return all;
}
