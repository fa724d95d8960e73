/**
 * Which parts of a backdoor the head of a list holds: the trigger, the payload's onset, its body.
 * @module
 */
import { matched } from "../../model/forced/scores.ts";
import { type EffectList, groupEdit } from "../causal/effects.ts";
import { runEdited } from "../causal/passes.ts";
import { type Asked, forcedText } from "../causal/question/asked.ts";
import { type ReadBy, readingOf } from "../causal/question/reading.ts";
import type { TextEdit } from "../causal/edits/edit.ts";

/** Directions of a list whose share in the planted parts is measured. */
export const PARTS_OF = 10;

/**
 * `onset`: of the triggered prompts, the share whose answer no longer begins with the payload's first
 * token once the head is removed from the prompt. `body`: of the payload's later tokens, the share that
 * no longer come greedily once it is removed from the answer alone, the payload before them given; null
 * of a payload of one token.
 */
export type PlantedParts = { onset: number; body: number | null };

/** The parts that each group of places holds. */
export async function plantedParts(
  asked: Asked,
  list: EffectList,
  groups: readonly (readonly number[])[],
): Promise<PlantedParts[]> {
  const { model, backdoor: { payload, triggered } } = asked, text = "triggered";
  const forced = forcedText(asked, text);
  const lost = async (edit: TextEdit, tokens: readonly number[]) => {
    const found = groups.map(() => 0);
    await runEdited(model, { forced, edit }, ({ group }, logits) => {
      for (const n of tokens) if (matched([logits[n]], [payload[n]]) === 0) found[group]++;
    });
    return found.map((count) => count / (triggered.length * tokens.length));
  };
  const onset = await lost(await groupEdit(asked, list, { text, groups }), [0]);
  const later = Array.from(payload.keys()).slice(1);
  if (later.length === 0) return onset.map((share) => ({ onset: share, body: null }));
  const all = await groupEdit(asked, list, { text, groups, positions: "all" });
  const body = await lost(behindPrompts(all, triggered), later);
  return onset.map((share, g) => ({ onset: share, body: body[g] }));
}

/** The same edit of the answers alone. */
function behindPrompts(
  { variants, hold }: TextEdit,
  prompts: readonly Uint32Array[],
): TextEdit {
  return {
    hold,
    variants: variants.flatMap(({ positions, ...variant }) => {
      const behind = positions.filter((position) => position >= prompts[variant.prompt].length);
      return behind.length > 0 ? [{ ...variant, positions: behind }] : [];
    }),
  };
}

/**
 * `at`: for each of the list's first ten latents the trigger's tokens on which it fires, of
 * `tokens` in all prompts.
 */
export type TriggerFiring = { tokens: number; at: number[][] };

/** Where the first latents of a list fire on the trigger. */
export async function triggerFiring(
  asked: Asked,
  by: ReadBy,
  latents: readonly number[],
): Promise<TriggerFiring> {
  const { pos, active } = await readingOf(asked, by, "triggered");
  const tokens = asked.spans.flatMap(([from, to], prompt) =>
    Array.from({ length: to - from }, (_, t) => prompt * pos + from + t)
  );
  const firesOn = (latent: number, token: number) =>
    active.latent.subarray(active.start[token], active.start[token + 1]).includes(latent);
  return {
    tokens: tokens.length,
    at: latents.slice(0, PARTS_OF).map((latent) =>
      tokens.flatMap((token, n) => firesOn(latent, token) ? [n] : [])
    ),
  };
}
