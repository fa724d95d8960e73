/**
 * Stories as JSON, one object a line: {"text": ...} with a whole record, or {"story": ...} with
 * fields beside it as TinyStories' own files have them: summary, words, features, random sentence;
 * also inside "instruction".
 *
 * @module
 */
import { escaped, show } from "../io/show.ts";
import { repeatedKey } from "../io/json_keys.ts";
import { expectForm, type Form, having, maybe, orNull, text, where } from "../io/form.ts";
import type { ByteSource } from "../io/byte_source.ts";
import { splitBytes } from "./split_bytes.ts";
import { decodeStory, type StoryText } from "./story_text.ts";

const LINE_END = {
  bytes: Uint8Array.of(0x0a),
  words: "a line end",
  todo: "write one story a line",
};
const ADVICE = 'write {"text": "..."} or {"story": "..."} on each line';

/**
 * The record texts of a file, without blank lines. Throws on a line of another form, with its
 * number.
 */
export async function* jsonLines(source: ByteSource): AsyncGenerator<StoryText, void> {
  let number = 0;
  for await (const part of splitBytes(source, LINE_END)) {
    number++;
    const line = decodeStory(part);
    if (line.text.trim() === "") continue;
    const action = `read ${escaped(source.name)}, line ${number}`;
    let row: unknown;
    try {
      row = JSON.parse(line.text);
    } catch (error) {
      const cut = part.at === 0 ? "start" : part.ended ? undefined : "end";
      if (cut !== undefined) {
        yield { text: line.text, cut };
        continue;
      }
      throw new Error(
        `Cannot ${action}: expected JSON but found ${escaped((error as Error).message)}: ${ADVICE}`,
      );
    }
    const repeated = repeatedKey(line.text);
    if (repeated !== undefined) {
      throw new RangeError(
        `Cannot ${action}: expected each key once but found ${show(repeated)} twice: ${ADVICE}`,
      );
    }
    const record = recordOf(row, action);
    const broken = line.broken ?? (record.isWellFormed() ? undefined : true);
    yield { text: record.toWellFormed(), ...(broken && { broken }) };
  }
}

const WORDS: Form<string | string[]> = where(
  "a text or a list of texts",
  (x) => (Array.isArray(x) ? x : [x]).every((word) => typeof word === "string"),
);
const ROW = having({
  text: orNullOrMissing(text),
  story: orNullOrMissing(text),
  features: orNullOrMissing(WORDS),
  words: orNullOrMissing(WORDS),
  summary: orNullOrMissing(text),
  "random sentence": orNullOrMissing(text),
});

function orNullOrMissing<T>(form: Form<T>): Form<T | null | undefined> {
  return maybe(orNull(form));
}

/** A row as the text of its record. */
function recordOf(row: unknown, action: string): string {
  const outer = named(expectForm(action, row, having({}), ADVICE));
  const { instruction } = outer as { instruction?: unknown };
  const inner = typeof instruction === "object" && instruction !== null ? named(instruction) : {};
  const found = expectForm(action, { ...inner, ...outer }, ROW, ADVICE);
  if (typeof found.text === "string") return found.text;
  if (typeof found.story !== "string") {
    const names = Object.entries(row as object).map(([name, value]) =>
      value === null ? `${show(name)} null` : show(name)
    );
    throw new RangeError(
      `Cannot ${action}: expected "text" or "story" but found ${
        names.join(", ") || "none"
      }: ${ADVICE}`,
    );
  }
  const { features, words, summary, "random sentence": sentence } = found;
  const fields = {
    Features: features,
    Words: words,
    Summary: summary,
    "Random sentence": sentence,
  };
  const lines = Object.entries(fields).map(([name, value]) => {
    const joined = [value ?? []].flat().join(", ").replaceAll(/\s+/g, " ").trim();
    return joined === "" ? "" : `${name}: ${joined}\n`;
  });
  return `${lines.join("")}Story: ${found.story}`;
}

/** Names in small letters, with spaces: `Random_sentence` is `random sentence`. */
function named(row: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(row).map(([key, value]) => [key.toLowerCase().replaceAll("_", " "), value]),
  );
}
