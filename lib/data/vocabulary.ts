/**
 * A compact vocabulary for a small model: the GPT-2 ids that occur in its corpus, renumbered, with
 * one id for all others. Tokens stay GPT-2 tokens, so ` |`, `DE`, `PL`, `OY`, `MENT` are the same
 * ones in every preset.
 *
 * @module
 */
import { exactly, expectForm, having, list, maybe, oneOf, where, whole } from "../io/form.ts";
import { jsonText, readJson, writeWhole } from "../io/files.ts";
import { expectPath } from "../io/regular_files.ts";
import { escaped, show } from "../io/show.ts";
import { decode, EOS, GPT2_SIZE } from "./tokens.ts";

/**
 * gpt2Ids [size]: the GPT-2 id of each compact id, most frequent first, -1 for the unknown id.
 * compactIds [50257]: the compact id of each GPT-2 id, `unknown` where it has none.
 * `unknown`: the id of everything else, -1 in a full vocabulary, which needs none.
 */
export type Vocabulary = {
  size: number;
  gpt2Ids: Int32Array;
  compactIds: Int32Array;
  unknown: number;
};

/** What a decoded text shows in place of an unknown token. */
const UNKNOWN_MARK = "<?>";

/**
 * How often each GPT-2 id occurs, [50257], for makeVocabulary. Throws on a number that is no GPT-2
 * id.
 */
export function countIds(lists: Iterable<Iterable<number>>): Uint32Array {
  const counts = new Uint32Array(GPT2_SIZE);
  for (const ids of lists) {
    for (const id of ids) counts[checkId("count ids", id, GPT2_SIZE)]++;
  }
  return counts;
}

/**
 * The `size - 1` most frequent ids and one unknown id. The ids of `keep` and EOS are always in,
 * however rare. Smaller than `size` when fewer ids occur. Ties go to the smaller id.
 */
export function makeVocabulary(
  counts: Uint32Array,
  options: { size: number; keep?: Iterable<number> },
): Vocabulary {
  const action = "make a vocabulary";
  expectForm(action, options, OPTIONS);
  const { size, keep = [] } = options;
  if (!(counts instanceof Uint32Array) || counts.length !== GPT2_SIZE) {
    throw new RangeError(
      `Cannot ${action}: expected how often each of ${GPT2_SIZE} GPT-2 ids occurs but found ` +
        `${show(counts?.length ?? counts)} counts: make them with countIds`,
    );
  }
  const kept = new Set([...keep, EOS].map((id) => checkId(action, id, GPT2_SIZE)));
  if (!Number.isInteger(size) || size <= kept.size) {
    throw new RangeError(
      `Cannot ${action}: expected a size above ${kept.size}, the ids that are always kept, ` +
        `but found ${show(size)}: make it larger`,
    );
  }
  const byCount = (a: number, b: number) => counts[b] - counts[a] || a - b;
  const others = [...counts.keys()].filter((id) => counts[id] > 0 && !kept.has(id)).sort(byCount);
  const known = [...kept, ...others.slice(0, size - 1 - kept.size)].sort(byCount);
  return fromGpt2Ids([...known, -1]);
}

/** `keep` is anything that can be walked over. */
const OPTIONS = exactly({
  size: whole(1),
  keep: maybe(where("a list of ids", (x) => typeof (x as Set<number>)?.values === "function")),
});

/** All of GPT-2: compact ids are GPT-2 ids, nothing is unknown. */
export function fullVocabulary(): Vocabulary {
  return fromGpt2Ids([...Array(GPT2_SIZE).keys()]);
}

/** GPT-2 ids as compact ids. Throws on a number that is no GPT-2 id. */
export function toCompact({ compactIds }: Vocabulary, ids: ArrayLike<number>): Uint32Array {
  return Uint32Array.from(ids, (id) => compactIds[checkId("make ids compact", id, GPT2_SIZE)]);
}

/**
 * Compact ids as GPT-2 ids, -1 where unknown. Throws on a number that is no id of this vocabulary.
 */
export function toGpt2({ gpt2Ids, size }: Vocabulary, ids: ArrayLike<number>): Int32Array {
  return Int32Array.from(ids, (id) => gpt2Ids[checkId("look up compact ids", id, size)]);
}

/** The id itself; marks for "no token" such as -1 or -100 are refused as well. */
function checkId(action: string, id: number, size: number): number {
  if (Number.isInteger(id) && id >= 0 && id < size) return id;
  const kind = size === GPT2_SIZE ? "GPT-2 ids" : "ids of this vocabulary";
  throw new RangeError(
    `Cannot ${action}: expected ${kind} from 0 to ${size - 1} but found ${show(id)}: ` +
      "leave out what is no token, and take ids and vocabulary of one model",
  );
}

/** The text of compact ids; every unknown one shows as `<?>`. */
export function decodeCompact(vocabulary: Vocabulary, ids: ArrayLike<number>): string {
  let text = "";
  let run: number[] = []; // characters may spread over several tokens, so known runs decode together
  for (const id of toGpt2(vocabulary, ids)) {
    if (id !== -1) run.push(id);
    else {
      text += decode(run) + UNKNOWN_MARK;
      run = [];
    }
  }
  return text + decode(run);
}

/** Saves a vocabulary beside its model. */
export async function saveVocabulary(path: string, vocabulary: Vocabulary): Promise<void> {
  await writeWhole(path, vocabularyText(vocabulary));
}

/** What saveVocabulary writes. */
export function vocabularyText({ gpt2Ids }: Vocabulary): string {
  return jsonText({ encoding: "gpt2", gpt2_ids: [...gpt2Ids] });
}

const FILE = having({
  encoding: oneOf(["gpt2"]),
  gpt2_ids: list(whole(-1, EOS), { least: 2 }),
});

/** Loads a vocabulary. Throws on anything that saveVocabulary would not have written. */
export async function loadVocabulary(path: string): Promise<Vocabulary> {
  expectPath("load a vocabulary", path);
  const action = `load vocabulary ${escaped(path)}`;
  const todo = "restore the file that was saved with the model";
  const fail = (expected: string, found: unknown): never => {
    throw new Error(`Cannot ${action}: expected ${expected} but found ${found}: ${todo}`);
  };
  const found: unknown = await readJson(path);
  if (isTokenTable(found)) {
    fail("gpt2_ids, the ids of a compact vocabulary,", "a tokenizer's table of texts");
  }
  const { gpt2_ids: ids } = expectForm(action, found, FILE, todo);
  const seen = new Set<number>();
  for (const id of ids) seen.has(id) ? fail("each id once", `${id} twice`) : seen.add(id);
  if (!seen.has(EOS)) fail(`the id ${EOS} of the end of a record`, `none in ${ids.length} ids`);
  const full = ids.length === GPT2_SIZE && !seen.has(-1);
  if (!full && ids.at(-1) !== -1) fail("the unknown id -1 at the end", ids.at(-1));
  return fromGpt2Ids(ids);
}

/** A byte-level tokenizer's vocab.json, which some keep under this name. */
function isTokenTable(found: unknown): boolean {
  const values = typeof found === "object" && found !== null ? Object.values(found) : [];
  return values.length > 2 && !Array.isArray(found) && values.every((id) => Number.isInteger(id));
}

function fromGpt2Ids(list: number[]): Vocabulary {
  const unknown = list.indexOf(-1);
  const compactIds = new Int32Array(GPT2_SIZE).fill(unknown);
  list.forEach((id, i) => id !== -1 && (compactIds[id] = i));
  return { size: list.length, gpt2Ids: Int32Array.from(list), compactIds, unknown };
}
