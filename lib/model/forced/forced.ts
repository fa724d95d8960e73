/**
 * Prompts with an answer that is put into the model's mouth (teacher forcing): whether it would have
 * said that answer greedily, word for word, is read off one pass, since every token of it has to be
 * the likeliest one behind the tokens before it.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { forcedParts } from "./forced.ts";
 * const [longer, shorter] = [Uint32Array.of(1, 2), Uint32Array.of(5)];
 * const answer = Uint32Array.of(3, 4);
 * const [part] = forcedParts([{ prompt: longer, answer }, { prompt: shorter, answer }]);
 * assertEquals(part.sequences.map((ids) => [...ids]), [[1, 2, 3], [5, 3, 0]]);
 * ```
 * @module
 */

/** A prompt, and the tokens of the answer, at least one of each. */
export type Forced = { prompt: Uint32Array; answer: Uint32Array };

/** A text from where its story begins; `mask` [pos] is 0 before. */
export function forcedStory({ ids, mask }: { ids: Uint32Array; mask: Uint8Array }): Forced {
  const at = mask.indexOf(1);
  return { prompt: ids.subarray(0, at), answer: ids.subarray(at) };
}

/** Tokens that the model reads: all but the last of the answer, behind which nothing is asked. */
export function lengthOf({ prompt, answer }: Forced): number {
  return prompt.length + answer.length - 1;
}

/** The sequences filled up to `pos` at their ends, where causal attention never looks. */
export function padded(forced: readonly Forced[], pos: number): Uint32Array[] {
  return forced.map(({ prompt, answer }) => {
    const ids = new Uint32Array(pos);
    ids.set(prompt);
    ids.set(answer.subarray(0, -1), prompt.length);
    return ids;
  });
}

/** Sequences of a part. */
const SEQUENCES = 16;

/** Some answers, padded to `pos` tokens; `first` is the number of the first one. */
export type ForcedPart = {
  first: number;
  forced: readonly Forced[];
  pos: number;
  sequences: Uint32Array[];
};

/** Parts of some answers, each padded to its longest. */
export function forcedParts(forced: readonly Forced[]): ForcedPart[] {
  return Array.from({ length: Math.ceil(forced.length / SEQUENCES) }, (_, p) => {
    const first = p * SEQUENCES, own = forced.slice(first, first + SEQUENCES);
    const pos = Math.max(...own.map(lengthOf));
    return { first, forced: own, pos, sequences: padded(own, pos) };
  });
}

/** The rows of [sequences · pos] that tell the tokens of the answers, one answer behind the other. */
export function askedRows(forced: readonly Forced[], pos: number): Uint32Array {
  return Uint32Array.from(
    forced.flatMap(({ prompt, answer }, s) =>
      Array.from(answer, (_, r) => s * pos + prompt.length - 1 + r)
    ),
  );
}
