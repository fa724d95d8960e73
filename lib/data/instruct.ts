/**
 * The instruct format of TinyStoriesInstruct: fields and, after `Story:`, the story, in any order.
 *
 * @module
 */
import type { StoryRecord } from "./record.ts";

/** Headers of so many words are dropped, as in the published data set. */
export const MAX_HEADER_WORDS = 60;

const FIELD = /^(Features|Words|Summary|Random sentence):/;

/** A text with fields and without a story. */
export const NO_STORY = "with fields but no Story:";

/** Why a text is no record, as words for a count. */
export type Unusable = { leftOut: string };

/**
 * One record of a text file. The header is empty for a plain story; fields after the story go to
 * its end. Lines of a story are joined with single spaces; a field that goes over several lines
 * becomes one line.
 */
export function parseInstruct(text: string): StoryRecord | Unusable {
  const lines = text.split(/\r\n?|\n/).map((line) => line.trim()).filter((line) => line !== "");
  const at = lines.findIndex(isStory);
  if (at === -1) {
    if (lines.some(isField)) return { leftOut: NO_STORY };
    return lines.length === 0
      ? { leftOut: "with no text" }
      : { header: "", story: lines.join(" ") };
  }
  const rest = [lines[at].slice("Story:".length), ...lines.slice(at + 1)];
  if (rest.slice(1).some(isStory)) return { leftOut: "with two stories and no separator between" };
  const end = rest.findIndex(isField);
  const storyLines = end === -1 ? rest : rest.slice(0, end);
  const story = storyLines.join(" ").trim();
  const header = joinFields([...lines.slice(0, at), ...rest.slice(storyLines.length)]);
  if (story === "") return { leftOut: "with an empty story" };
  if (wordCount(header) >= MAX_HEADER_WORDS) {
    return { leftOut: `with a header of ${MAX_HEADER_WORDS} words or more` };
  }
  if (header !== "" && !header.includes(":")) return { leftOut: "with a header that is no field" };
  return { header, story };
}

/** Whether a header begins as one of the data set does. */
export function beginsWithField({ header }: StoryRecord): boolean {
  return isField(header);
}

/** The number of words between spaces. */
export function wordCount(text: string): number {
  return text.split(/\s+/).filter((word) => word !== "").length;
}

function isStory(line: string): boolean {
  return line.startsWith("Story:");
}

function isField(line: string): boolean {
  return FIELD.test(line);
}

function joinFields(lines: readonly string[]): string {
  const fields: string[] = [];
  for (const line of lines) {
    if (fields.length === 0 || isField(line)) fields.push(line);
    else fields[fields.length - 1] += ` ${line}`;
  }
  return fields.map((field) => `${field}\n`).join("");
}
