/** The small tokenizers of tests/fixtures/small_tokenizers, and what Rust's `tokenizers` makes of odd texts with them. */
import { huggingFaceTokenizer } from "../../../lib/data/tokenizers/hugging_face.ts";

export const KINDS = ["neox", "llama3", "llama", "llama_first", "unigram"] as const;
export type Kind = typeof KINDS[number];

export type Expected = {
  texts: string[];
  story: string;
  tokenizers: Record<
    Kind,
    { file: string; ids: number[][]; decoded: string[]; long: { n: number; sha256: string } }
  >;
};

const at = (name: string) =>
  new URL(`../../fixtures/small_tokenizers/${name}.json`, import.meta.url);
/** A fixture as it stands on disk. */
export const textOf = (name: string) => Deno.readTextFileSync(at(name));
const read = (name: string) => JSON.parse(textOf(name));

export const EXPECTED: Expected = read("expected");

/** The parsed tokenizer.json of one kind. */
// deno-lint-ignore no-explicit-any -- tests change it in ways that no type has
export function jsonOf(kind: Kind): any {
  return read(kind);
}

/** The token between records of each kind. */
export const ENDS: Record<Kind, string> = {
  neox: "<|endoftext|>",
  llama3: "<|end_of_text|>",
  llama: "</s>",
  llama_first: "</s>",
  unigram: "</s>",
};

export function smallTokenizer(kind: Kind) {
  return huggingFaceTokenizer(jsonOf(kind), { eos: ENDS[kind] });
}
