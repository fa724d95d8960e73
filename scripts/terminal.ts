/** What a command prints, whatever stands in files, names and tokens. @module */
import { visibleLines } from "../lib/io/visible.ts";

/** A message on stderr, so that stdout stays free for results. Nothing in it moves the cursor. */
export function say(text: string): void {
  console.error(visibleLines(text));
}

/** Results on stdout. Nothing in them moves the cursor. */
export function print(text: string): void {
  console.log(visibleLines(text));
}

/** What an error says. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
