/** What a line of `deno test --reporter=tap` says. @module */
import type { Row } from "./results.ts";

/** A test with its verdict, or why the one before failed. A test that went well is a detail. */
export function readTap(line: string): Row | undefined {
  const [, not, name, skipped] = /^\s*(not )?ok \d+ - (.*?)( # SKIP)?$/.exec(line) ?? [];
  if (name !== undefined) {
    return {
      name,
      ...(not ? { text: "FAILED" } : { text: skipped ? "left out" : "ok", detail: true }),
    };
  }
  const json = line.trim();
  if (!json.startsWith('{"message":')) return undefined;
  const { message, at } = JSON.parse(json) as {
    message: string;
    at: { file: string; line: number };
  };
  return { name: `${at.file}:${at.line}`, text: message.split("\n", 1)[0] };
}
