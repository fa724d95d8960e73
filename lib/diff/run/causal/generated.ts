/** What an edited model says word by word, where teacher forcing tells of the first words alone. @module */
import { generate } from "../../../model/generate.ts";
import type { LanguageModel } from "../../../model/language_model.ts";
import type { TextEdit } from "../../causal/edits/edit.ts";
import { ANSWER } from "./texts.ts";

/**
 * Of some prompts, how many are answered with the payload anywhere in their first 16 tokens, greedily,
 * while one group is edited in the prompts.
 */
export async function saidWithin(
  model: LanguageModel,
  prompts: readonly Uint32Array[],
  { edit: { variants, hold }, payload }: { edit: TextEdit; payload: Uint32Array },
): Promise<number> {
  const edited = new Map(variants.map((variant) => [variant.prompt, variant]));
  const own = prompts.map((_, prompt) => edited.get(prompt) ?? { group: 0, prompt, positions: [] });
  using held = hold(own, Math.max(...prompts.map(({ length }) => length)));
  const made = await generate(model, prompts, { maxNewTokens: ANSWER, edits: held.edits });
  return made.filter((answer) =>
    answer.some((_, at) => payload.every((id, n) => answer[at + n] === id))
  ).length;
}
