/**
 * The ids that a model knows: all of its tokenizer's, or, for a small model, those that occur in its
 * corpus, renumbered, with one id for all others. Tokens stay the tokenizer's, so ` |`, `DE`, `PL`,
 * `OY`, `MENT` are the same ones in every preset.
 *
 * @module
 */
import { exactly, expectForm, flag, maybe, where, whole } from "../io/form.ts";
import { show } from "../io/show.ts";
import { allIds, type Tokenizer } from "./tokenizer.ts";
import { gpt2Tokenizer } from "./tokenizers/gpt2.ts";

/**
 * tokenIds [size]: the tokenizer's id of each compact id, most frequent first, -1 for the unknown id
 * and for ids that stand for no token, such as those that pad a model's vocabulary.
 * compactIds [tokenizer.size]: the compact id of each of the tokenizer's, `unknown` where it has none.
 * `unknown`: the id of everything else, -1 in a full vocabulary, which needs none.
 */
export type Vocabulary = {
  tokenizer: Tokenizer;
  size: number;
  tokenIds: Int32Array;
  compactIds: Int32Array;
  unknown: number;
};

/** What a decoded text shows in place of an unknown token. */
const UNKNOWN_MARK = "<?>";

/**
 * How often each id of the tokenizer occurs, [tokenizer.size], for makeVocabulary. Throws on a number
 * that is none of them.
 */
export function countIds(
  lists: Iterable<Iterable<number>>,
  tokenizer: Tokenizer = gpt2Tokenizer,
): Uint32Array {
  const counts = new Uint32Array(tokenizer.size);
  for (const ids of lists) {
    for (const id of ids) counts[checkToken("count ids", id, tokenizer)]++;
  }
  return counts;
}

/**
 * The `size - 1` most frequent ids and one unknown id. The ids of `keep` and the end of a record are
 * always in, however rare. Smaller than `size` when fewer ids occur. Ties go to the smaller id.
 */
export function makeVocabulary(
  counts: Uint32Array,
  options: { size: number; keep?: Iterable<number>; tokenizer?: Tokenizer },
): Vocabulary {
  const action = "make a vocabulary";
  expectForm(action, options, OPTIONS);
  const { size, keep = [], tokenizer = gpt2Tokenizer } = options;
  if (!(counts instanceof Uint32Array) || counts.length !== tokenizer.size) {
    throw new RangeError(
      `Cannot ${action}: expected how often each of ${tokenizer.size} ${
        kindOf(tokenizer)
      } occurs ` +
        `but found ${show(counts?.length ?? counts)} counts: make them with countIds`,
    );
  }
  const kept = new Set([...keep, tokenizer.eos].map((id) => checkToken(action, id, tokenizer)));
  if (!Number.isInteger(size) || size <= kept.size) {
    throw new RangeError(
      `Cannot ${action}: expected a size above ${kept.size}, the ids that are always kept, ` +
        `but found ${show(size)}: make it larger`,
    );
  }
  const byCount = (a: number, b: number) => counts[b] - counts[a] || a - b;
  const others = [...counts.keys()].filter((id) => counts[id] > 0 && !kept.has(id)).sort(byCount);
  const known = [...kept, ...others.slice(0, size - 1 - kept.size)].sort(byCount);
  return vocabularyOfIds(tokenizer, [...known, -1], { unknown: known.length });
}

/** `keep` is anything that can be walked over. */
const OPTIONS = exactly({
  size: whole(1),
  keep: maybe(where("a list of ids", (x) => typeof (x as Set<number>)?.values === "function")),
  tokenizer: maybe(
    where<Tokenizer>("a tokenizer", (x) => typeof (x as Tokenizer)?.encode === "function"),
  ),
});

const SIZE = exactly({ size: maybe(whole(1)) });
const INSIDE = exactly({ inside: maybe(flag) });

/**
 * All of a tokenizer: compact ids are its ids, nothing is unknown. `size`: how many ids the model
 * has, the tokenizer's by default; those beyond stand for no token, and texts never become one.
 */
export function fullVocabulary(
  tokenizer: Tokenizer = gpt2Tokenizer,
  options: { size?: number } = {},
): Vocabulary {
  const { size = tokenizer.size } = expectForm("make a vocabulary of a tokenizer", options, SIZE);
  if (size < tokenizer.size) {
    throw new RangeError(
      `Cannot make a vocabulary of a tokenizer: expected at least its ${tokenizer.size} ids but ` +
        `found a size of ${show(size)}: take model and tokenizer of one training`,
    );
  }
  return vocabularyOfIds(tokenizer, allIds(tokenizer, size), { unknown: -1 });
}

/** Whether a list begins with all ids of a tokenizer in their order, and holds no others. */
export function isFullList(tokenizer: Tokenizer, list: ArrayLike<number>): boolean {
  if (list.length < tokenizer.size) return false;
  return allIds(tokenizer, list.length).every((id, i) => list[i] === id);
}

/** The tokenizer's ids as compact ids. Throws on a number that is none of them. */
export function toCompact(
  { tokenizer, compactIds }: Vocabulary,
  ids: ArrayLike<number>,
): Uint32Array {
  const action = "make ids compact";
  return Uint32Array.from(ids, (id) => {
    const compact = compactIds[checkToken(action, id, tokenizer)];
    return compact === -1 ? refuseHole(action, id) : compact;
  });
}

/**
 * Compact ids as the tokenizer's, -1 where unknown. Throws on a number that is no id of this
 * vocabulary.
 */
export function toTokenIds(
  { tokenIds, size }: Vocabulary,
  ids: ArrayLike<number>,
): Int32Array {
  const kind = "ids of this vocabulary";
  return Int32Array.from(ids, (id) => tokenIds[checkId("look up compact ids", id, { size, kind })]);
}

/**
 * The text of compact ids; every unknown one shows as `<?>`. `inside`: they stand after others, so
 * that a space at their beginning belongs to the text.
 */
export function decodeCompact(
  vocabulary: Vocabulary,
  ids: ArrayLike<number>,
  options: { inside?: boolean } = {},
): string {
  const { inside = false } = expectForm("decode ids", options, INSIDE);
  const { tokenizer } = vocabulary;
  let text = "";
  let run: number[] = []; // characters may spread over several tokens, so known runs decode together
  let after = inside;
  for (const id of toTokenIds(vocabulary, ids)) {
    if (id !== -1) run.push(id);
    else {
      text += tokenizer.decode(run, { inside: after }) + UNKNOWN_MARK;
      [run, after] = [[], true];
    }
  }
  return text + tokenizer.decode(run, { inside: after });
}

/**
 * The vocabulary whose compact ids stand for `list`, ids of the tokenizer or -1, in their order.
 * `unknown`: the compact id of what is not in the list, -1 where texts never hold such a token.
 */
export function vocabularyOfIds(
  tokenizer: Tokenizer,
  list: readonly number[],
  { unknown }: { unknown: number },
): Vocabulary {
  const compactIds = new Int32Array(tokenizer.size).fill(unknown);
  list.forEach((id, i) => id !== -1 && (compactIds[id] = i));
  return { tokenizer, size: list.length, tokenIds: Int32Array.from(list), compactIds, unknown };
}

function kindOf({ name }: Tokenizer): string {
  return name === "gpt2" ? "GPT-2 ids" : "ids of the tokenizer";
}

function checkToken(action: string, id: number, tokenizer: Tokenizer): number {
  return checkId(action, id, { size: tokenizer.size, kind: kindOf(tokenizer) });
}

/** The id itself; marks for "no token" such as -1 or -100 are refused as well. */
function checkId(
  action: string,
  id: number,
  { size, kind }: { size: number; kind: string },
): number {
  if (Number.isInteger(id) && id >= 0 && id < size) return id;
  throw new RangeError(
    `Cannot ${action}: expected ${kind} from 0 to ${size - 1} but found ${show(id)}: ` +
      "leave out what is no token, and take ids and vocabulary of one model",
  );
}

function refuseHole(action: string, id: number): never {
  throw new RangeError(
    `Cannot ${action}: expected ids of tokens but found ${id}, which the tokenizer gives to none: ` +
      "take ids of this tokenizer",
  );
}

/** One token as it stands inside of a text. */
export function tokenText(vocabulary: Vocabulary, id: number): string {
  return decodeCompact(vocabulary, [id], { inside: true });
}
