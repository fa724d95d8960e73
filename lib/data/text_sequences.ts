/**
 * Texts as sequences of equal length, as models and crosscoders take them.
 *
 * ```ts
 * import { assertEquals, assertThrows } from "@std/assert";
 * import { textSequences } from "./text_sequences.ts";
 * import { decodeCompact, fullVocabulary } from "./vocabulary.ts";
 * const vocabulary = fullVocabulary();
 * const texts = ["Tom saw a big red ball.", "Hi!", "She saw a small cat."];
 * const sequences = textSequences(vocabulary, texts, { length: 5, short: "skip" });
 * assertEquals(sequences.map((ids) => decodeCompact(vocabulary, ids)), ["Tom saw a big red", "She saw a small cat"]);
 * assertThrows(() => textSequences(vocabulary, texts, { length: 5 }), RangeError, 'found 2 in text 1, "Hi!"');
 * ```
 * @module
 */
import { exactly, expectForm, list, maybe, oneOf, text, whole } from "../io/form.ts";
import { show } from "../io/show.ts";
import { toCompact, type Vocabulary } from "./vocabulary.ts";

/**
 * `length`: tokens of each sequence. `short`: what becomes of a text with fewer; "refuse" by
 * default, or "skip" it.
 */
export type TextSequencesOptions = { length: number; short?: "refuse" | "skip" };

const OPTIONS = exactly({ length: whole(1), short: maybe(oneOf(["refuse", "skip"])) });

/**
 * The first `length` tokens of each text, in compact ids, one sequence a text, in their order. The
 * rest of a longer text is left out. Throws on a shorter text, naming it, unless they are to be
 * skipped; throws where no text is long enough.
 */
export function textSequences(
  vocabulary: Vocabulary,
  texts: readonly string[],
  options: TextSequencesOptions,
): Uint32Array[] {
  const action = "make sequences";
  expectForm(
    action,
    { texts },
    exactly({ texts: list(text, { least: 1 }) }),
    "pass a list of texts",
  );
  expectForm(action, options, OPTIONS);
  const { length, short = "refuse" } = options;
  const encoded = texts.map((one) => vocabulary.tokenizer.encode(one));
  const at = encoded.findIndex((ids) => ids.length < length);
  const kept = encoded.filter((ids) => ids.length >= length);
  if (kept.length === 0 || (at >= 0 && short === "refuse")) {
    throw new RangeError(
      `Cannot ${action}: expected texts of at least ${length} tokens but found ` +
        `${encoded[at].length} in text ${at}, ${show(texts[at])}: ` +
        (kept.length === 0
          ? "take longer texts, or a smaller length"
          : 'pass short: "skip" to leave such texts out'),
    );
  }
  return kept.map((ids) => toCompact(vocabulary, ids.slice(0, length)));
}
