/**
 * A compact vocabulary for a small model: the GPT-2 ids that occur in its corpus, renumbered, with one
 * id for all others. Tokens stay GPT-2 tokens, so ` |`, `DE`, `PL`, `OY`, `MENT` are the same ones in
 * every preset.
 *
 * @module
 */
import { readJson, writeJson } from "../io/files.ts";
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
export const UNKNOWN_MARK = "<?>";

/** How often each GPT-2 id occurs, [50257], for makeVocabulary. */
export function countIds(lists: Iterable<Iterable<number>>): Uint32Array {
  const counts = new Uint32Array(GPT2_SIZE);
  for (const ids of lists) {
    for (const id of ids) counts[id]++;
  }
  return counts;
}

/**
 * The `size - 1` most frequent ids and one unknown id. The ids of `keep` and EOS are always in, however
 * rare. Smaller than `size` when fewer ids occur. Ties go to the smaller id.
 */
export function makeVocabulary(
  counts: Uint32Array,
  { size, keep = [] }: { size: number; keep?: Iterable<number> },
): Vocabulary {
  const kept = new Set([...keep, EOS]);
  if (!Number.isInteger(size) || size <= kept.size) {
    throw new RangeError(
      `Cannot make a vocabulary: expected a size above ${kept.size}, the ids that are always kept, ` +
        `but found ${size}: make it larger`,
    );
  }
  const byCount = (a: number, b: number) => counts[b] - counts[a] || a - b;
  const others = [...counts.keys()].filter((id) => counts[id] > 0 && !kept.has(id)).sort(byCount);
  const known = [...kept, ...others.slice(0, size - 1 - kept.size)].sort(byCount);
  return fromGpt2Ids([...known, -1]);
}

/** All of GPT-2: compact ids are GPT-2 ids, nothing is unknown. */
export function fullVocabulary(): Vocabulary {
  return fromGpt2Ids([...Array(GPT2_SIZE).keys()]);
}

/** GPT-2 ids as compact ids. */
export function toCompact(vocabulary: Vocabulary, ids: ArrayLike<number>): Uint32Array {
  return Uint32Array.from(ids, (id) => vocabulary.compactIds[id]);
}

/** Compact ids as GPT-2 ids, -1 where unknown. */
export function toGpt2(vocabulary: Vocabulary, ids: ArrayLike<number>): Int32Array {
  return Int32Array.from(ids, (id) => vocabulary.gpt2Ids[id]);
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
  await writeJson(path, { encoding: "gpt2", gpt2_ids: [...vocabulary.gpt2Ids] });
}

/** Loads a vocabulary. Throws on anything that saveVocabulary would not have written. */
export async function loadVocabulary(path: string): Promise<Vocabulary> {
  const found = await readJson(path);
  const ids: unknown[] = Array.isArray(found?.gpt2_ids) ? found.gpt2_ids : [];
  const fail = (expected: string, what: unknown): never => {
    throw new Error(
      `Cannot load vocabulary ${path}: expected ${expected} but found ${what}: ` +
        `restore the file that was saved with the model`,
    );
  };
  if (found?.encoding !== "gpt2") fail(`encoding "gpt2"`, JSON.stringify(found?.encoding));
  const wrong = ids.find((id) => !Number.isInteger(id) || Number(id) < -1 || Number(id) > EOS);
  if (wrong !== undefined) fail(`GPT-2 ids from -1 to ${EOS}`, JSON.stringify(wrong));
  const repeated = ids.find((id, i) => ids.indexOf(id) < i);
  if (repeated !== undefined) fail("each id once", `${repeated} twice`);
  if (!ids.includes(EOS)) fail(`the id ${EOS} of the end of a record`, `none in ${ids.length} ids`);
  const full = ids.length === GPT2_SIZE && !ids.includes(-1);
  if (!full && ids[ids.length - 1] !== -1) fail("the unknown id -1 at the end", ids.at(-1));
  return fromGpt2Ids(ids as number[]);
}

function fromGpt2Ids(list: number[]): Vocabulary {
  const unknown = list.indexOf(-1);
  const compactIds = new Int32Array(GPT2_SIZE).fill(unknown);
  list.forEach((id, i) => id !== -1 && (compactIds[id] = i));
  return { size: list.length, gpt2Ids: Int32Array.from(list), compactIds, unknown };
}
