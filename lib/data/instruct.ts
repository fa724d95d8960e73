/**
 * The instruct format of TinyStoriesInstruct: fields in any order, then `Story:` and the story.
 *
 * @module
 */
import type { StoryRecord } from "./corpus.ts";

/** Headers of so many words are dropped, as in the published data set. */
export const MAX_HEADER_WORDS = 60;

const FIELD = /^(Features|Words|Summary|Random sentence):/;

/**
 * One record of a text file. The header is empty for a plain story. Undefined when there is no story,
 * or a header of 60 words or more. Lines of a story are joined with single spaces; a field that goes
 * over several lines becomes one line.
 */
export function parseInstruct(text: string): StoryRecord | undefined {
  const lines = text.split("\n").map((line) => line.trim()).filter((line) => line !== "");
  const at = lines.findIndex((line) => line.startsWith("Story:"));
  if (at === -1) {
    const plain = lines.length > 0 && !FIELD.test(lines[0]);
    return plain ? { header: "", story: lines.join(" ") } : undefined;
  }
  const story = [lines[at].slice("Story:".length), ...lines.slice(at + 1)].join(" ").trim();
  const header = lines.slice(0, at).reduce((joined, line) => {
    return joined === "" || FIELD.test(line) ? `${joined}${line}\n` : `${joined.trim()} ${line}\n`;
  }, "");
  if (story === "" || wordCount(header) >= MAX_HEADER_WORDS) return undefined;
  return { header, story };
}

/** The number of words between spaces. */
export function wordCount(text: string): number {
  return text.split(/\s+/).filter((word) => word !== "").length;
}
