/**
 * The pre-tokenizers of tokenizer.json in terms of those that the package computes as Rust's
 * `tokenizers` does. Its own have JavaScript's white space, ASCII's words and digits, and no
 * Metaspace that splits.
 * @module
 */
import { isolated, matchesOf, patternOf, type Split, withBehavior } from "./patterns.ts";
import { expectField, type Part, type Reading, refusePart } from "./refuse.ts";
import { type Make, stepsOf } from "./sequence.ts";

/** GPT-2's pattern, with Unicode's white space. */
const GPT2 = "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+";
/** What Rust's regular expressions take for a character of a word. */
const WORD = "\\p{Alphabetic}\\p{M}\\p{Nd}\\p{Pc}\\u200c\\u200d";
const PUNCTUATION = "[\\p{P}\\x21-\\x2f\\x3a-\\x40\\x5b-\\x60\\x7b-\\x7e]";

/** What the package is given. */
type Step = Split | Part;

const MAKERS: Record<string, Make<Step>> = {
  ByteLevel: byteLevel,
  Metaspace: metaspace,
  Split: (part, reading, place) => {
    const { behavior, invert } = part, pattern = patternOf(reading, part, place);
    if (invert !== true) return [withBehavior(reading, pattern, { behavior, place })];
    if (behavior === "Removed") return [matchesOf(pattern)];
    if (behavior === "Isolated") return [isolated(pattern)]; // both sides are pieces either way
    return refusePart(reading, {
      part: `${place}.behavior of an inverted split`,
      expected: "Isolated or Removed",
      found: behavior,
    });
  },
  Digits: ({ individual_digits }) => [isolated(individual_digits === true ? "\\p{N}" : "\\p{N}+")],
  Punctuation: ({ behavior = "Isolated" }, reading, place) => [
    withBehavior(reading, PUNCTUATION, { behavior, place }),
  ],
  Whitespace: () => [matchesOf(`[${WORD}]+|[^${WORD}\\s]+`)],
  WhitespaceSplit: () => [matchesOf("\\S+")],
  BertPreTokenizer: () => [matchesOf("\\S+"), isolated(PUNCTUATION)],
};

/** What to give the package in place of `part`, with steps `after` it; null where there is none. */
export function preTokenizerOf(
  reading: Reading,
  part: unknown,
  after: readonly Step[],
): Part | null {
  const there = part !== null && part !== undefined;
  const steps = there
    ? stepsOf(reading, part as Part, {
      place: "pre_tokenizer",
      list: "pretokenizers",
      makers: MAKERS,
    })
    : [];
  const pretokenizers = [...steps, ...after];
  return pretokenizers.length === 0 ? null : { type: "Sequence", pretokenizers };
}

/** The prefix space first, then the split, then a character for each byte. */
function byteLevel({ add_prefix_space, use_regex = true }: Part): Step[] {
  const prefix = { type: "Replace", pattern: { Regex: "\\A(?! )(?=[\\s\\S])" }, content: " " };
  return [
    ...(add_prefix_space === true ? [prefix] : []),
    ...(use_regex === true ? [isolated(GPT2)] : []),
    { type: "ByteLevel", add_prefix_space: false, use_regex: false },
  ];
}

function metaspace(part: Part, reading: Reading, place: string): Step[] {
  const { replacement = "▁", prepend_scheme = "always", split = true } = part;
  expectField(reading, part, { place, name: "str_rep", values: [null, replacement] });
  expectField(reading, part, {
    place,
    name: "add_prefix_space",
    values: prepend_scheme === "never" ? [null, false] : [null, true],
  });
  const values = ["always", "never", "first", null];
  expectField(reading, part, { place, name: "prepend_scheme", values });
  if (typeof replacement !== "string" || [...replacement].length !== 1) {
    const expected = "one character";
    refusePart(reading, { part: `${place}.replacement`, expected, found: replacement });
  }
  const mark = `\\u{${replacement.codePointAt(0)!.toString(16)}}`;
  return [
    { type: "Metaspace", replacement, prepend_scheme },
    ...(split === true ? [withBehavior(reading, mark, { behavior: "MergedWithNext", place })] : []),
  ];
}
