/** The text of one record of a file. @module */
import type { Part } from "./split_bytes.ts";

/** What stands between the records of a text file. */
export const END_OF_TEXT = "<|endoftext|>";

/**
 * `broken`: some bytes are no UTF-8 and show as U+FFFD. `cut`: the file begins or ends inside of
 * it. `begins`: it is the first one, and may be the end of a record. `open`: it is the last one,
 * and no separator follows.
 */
export type StoryText = {
  text: string;
  broken?: true;
  cut?: "start" | "end";
  begins?: true;
  open?: true;
};

/** The text of a record's bytes, and what is broken of it. */
export function decodeStory({ bytes, at, ended }: Part): StoryText {
  try {
    return { text: new TextDecoder("utf-8", { fatal: true }).decode(bytes) };
  } catch {
    const text = new TextDecoder().decode(bytes);
    if (at === 0 && (bytes[0] & 0xc0) === 0x80) return { text, cut: "start" };
    const whole = new TextDecoder().decode(bytes, { stream: true }); // without half a character at the end
    return !ended && whole !== text ? { text, cut: "end" } : { text, broken: true };
  }
}
