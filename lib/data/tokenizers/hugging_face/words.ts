/**
 * Words of a BPE that takes a whole text for one, as Llama's does. The package remembers the ids of
 * words that it has seen, and of nothing longer.
 * @module
 */
import { isolated, type Split } from "./patterns.ts";
import type { Part } from "./refuse.ts";

/** The mark that stands for a space. */
const MARK = "▁";

/**
 * A split before each run of marks, where it leaves the ids as they are: no merge joins what ends
 * without a mark and what begins with one, so no token spans the two; nothing is unknown, so no
 * unknown tokens are joined; and no piece is looked up as a whole. Undefined where one does not hold.
 */
export function wordSplit(
  { vocab, merges, byte_fallback, ignore_merges }: Part,
): Split | undefined {
  const pairs = merges as readonly (string | readonly string[])[];
  const crosses = (pair: string | readonly string[]) => {
    const [left, right] = typeof pair === "string" ? pair.split(" ", 2) : pair;
    return right.startsWith(MARK) && !left.endsWith(MARK);
  };
  if (byte_fallback !== true || ignore_merges === true || !hasAllBytes(vocab as object)) return;
  return pairs.some(crosses) ? undefined : isolated(`${MARK}+[^${MARK}]*|[^${MARK}]+`);
}

function hasAllBytes(vocab: object): boolean {
  const name = (byte: number) => `<0x${byte.toString(16).toUpperCase().padStart(2, "0")}>`;
  return Array.from({ length: 256 }, (_, byte) => Object.hasOwn(vocab, name(byte))).every(Boolean);
}
