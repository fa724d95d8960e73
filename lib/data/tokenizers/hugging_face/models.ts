/**
 * The model of tokenizer.json, BPE or Unigram, as the package is given it, and its table of tokens.
 * @module
 */
import {
  everyField,
  expectForm,
  flag,
  having,
  list,
  maybe,
  number,
  orNull,
  pair,
  text,
  where,
  whole,
} from "../../../io/form.ts";
import { expectField, type Part, type Reading, refusePart } from "./refuse.ts";

/** `model`: what the package computes with. `table`: the id of each token's text. */
export type ModelPart = { model: Part; table: Map<string, number> };

/** An id; more tokens than these no model has. */
export const ID = whole(0, 2 ** 24 - 1);

const BPE = having({
  vocab: everyField(ID),
  merges: where<string[] | [string, string][]>("a list of pairs", Array.isArray),
  unk_token: maybe(orNull(text)),
  fuse_unk: maybe(flag),
  byte_fallback: maybe(flag),
  ignore_merges: maybe(flag),
});

const UNIGRAM = having({ vocab: list(pair(text, number()), { least: 1 }), unk_id: whole() });

const ADVICE = "restore tokenizer.json";

/** `special`: texts of special tokens, which no text may become. */
export function modelOf(reading: Reading, part: unknown, special: Set<string>): ModelPart {
  const { action } = reading, model = expectForm(action, part, having({}), ADVICE) as Part;
  const kind = model.type ?? (Array.isArray(model.vocab) ? "Unigram" : "merges" in model && "BPE");
  if (kind === "BPE") return bpe(reading, model, special);
  if (kind === "Unigram") return unigram(reading, model, special);
  return refusePart(reading, { part: "model", expected: "BPE or Unigram", found: model.type });
}

function bpe(reading: Reading, part: Part, special: Set<string>): ModelPart {
  const { vocab, merges, ...flags } = expectForm(reading.action, part, BPE, ADVICE);
  const nothing = { place: "model BPE", values: [null, ""] };
  expectField(reading, part, { ...nothing, name: "dropout", values: [null, 0] });
  expectField(reading, part, { ...nothing, name: "continuing_subword_prefix" });
  expectField(reading, part, { ...nothing, name: "end_of_word_suffix" });
  const known = new Map(Object.entries(vocab));
  // a piece that is a token as it stands is taken with ignore_merges alone; merges never make these
  const hide = flags.ignore_merges === true;
  const shown = hide ? [...known].map(([key, id]) => [hidden(key, special), id]) : [...known];
  const unknown = flags.unk_token ?? undefined;
  const model = {
    type: "BPE",
    ...flags,
    unk_token: unknown !== undefined && hide ? hidden(unknown, special) : unknown,
    vocab: Object.fromEntries(shown),
    merges,
  };
  return { model, table: known };
}

/** Special tokens are pieces of a Unigram model like others, and would be taken for their text. */
function unigram(reading: Reading, part: Part, special: Set<string>): ModelPart {
  const { vocab, unk_id } = expectForm(reading.action, part, UNIGRAM, ADVICE);
  const place = "model Unigram";
  expectField(reading, part, { place, name: "byte_fallback", values: [null, false] });
  if (unk_id >= vocab.length) {
    const expected = `an id below ${vocab.length}`;
    refusePart(reading, { part: `${place}.unk_id`, expected, found: unk_id });
  }
  const shown = vocab.map(([piece, score]) => [hidden(piece, special), score]);
  const table = new Map(vocab.map(([piece], id) => [piece, id]));
  return { model: { type: "Unigram", vocab: shown, unk_id }, table };
}

/** A name that no well-formed text holds. */
function hidden(piece: string, special: Set<string>): string {
  return special.has(piece) ? `\ud800${piece}` : piece;
}
