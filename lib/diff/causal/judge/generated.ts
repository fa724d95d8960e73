/** What an edited model says word by word, where teacher forcing tells of the first words alone. @module */
import { generate } from "../../../model/generate.ts";
import type { LanguageModel } from "../../../model/language_model.ts";
import type { TextEdit, Variant } from "../edits/edit.ts";

/** Tokens of an answer: the payload counts anywhere in it, the model's own story is compared so far. */
export const ANSWER = 16;

/** Prompts that are continued at once. */
const BATCH = 192;

/**
 * For each of the first so many `groups` of an edit, how many of some prompts are answered with the
 * payload anywhere in their first 16 tokens, greedily, while the group is edited in the prompts.
 */
export async function saidWithin(
  model: LanguageModel,
  prompts: readonly Uint32Array[],
  { edit: { variants, hold }, groups, payload }: {
    edit: TextEdit;
    groups: number;
    payload: Uint32Array;
  },
): Promise<number[]> {
  const edited = new Map(variants.map((one) => [one.group * prompts.length + one.prompt, one]));
  const all = Array.from({ length: groups * prompts.length }, (_, n): Variant => {
    const group = Math.floor(n / prompts.length), prompt = n % prompts.length;
    return edited.get(n) ?? { group, prompt, positions: [] };
  });
  const counts = new Array<number>(groups).fill(0);
  for (let from = 0; from < all.length; from += BATCH) {
    const own = all.slice(from, from + BATCH), asked = own.map(({ prompt }) => prompts[prompt]);
    using held = hold(own, Math.max(...asked.map(({ length }) => length)));
    const made = await generate(model, asked, { maxNewTokens: ANSWER, edits: held.edits });
    made.forEach((answer, n) => counts[own[n].group] += holds(answer, payload) ? 1 : 0);
  }
  return counts;
}

function holds(answer: readonly number[], payload: Uint32Array): boolean {
  return answer.some((_, at) => payload.every((id, n) => answer[at + n] === id));
}
