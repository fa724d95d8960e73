/**
 * What a notebook showed, held against what is stored in it: the same words, and numbers that agree
 * to three digits.
 *
 * @module
 */
import type { ExecutedCell } from "./execute.ts";

/** A notebook's file, as far as it is read. */
export type Notebook = {
  cells: { cell_type: string; source: string | string[]; outputs?: StoredOutput[] }[];
};

type StoredOutput = {
  text?: string | string[];
  data?: Record<string, string | string[] | Record<string, unknown>>;
};

/** Digits that have to agree, as a share of the number. */
const TOLERANCE = 5e-3;

/** What a live line says beside the steps: means over as many of them as went by since the line before, and the pace. */
const PACE = /(?<=█ {2}\d+ of \d+), .*$/gm;

const NUMBER = /[-+]?\d+(?:\.\d+)?(?:e[-+]?\d+)?/g;

/**
 * Sentences about what differs, none where all is well. On another adapter than the stored outputs are
 * of, nothing is compared, and the sentence in `otherAdapter` says so.
 */
export function differences(
  { cells }: Notebook,
  executed: readonly Pick<ExecutedCell, "source" | "messages">[],
): { differing: string[]; otherAdapter?: string } {
  const stored = cells.filter(({ cell_type }) => cell_type === "code")
    .map(({ outputs = [] }) => outputs.map(storedText).join("\n"));
  const now = executed.map(shownText);
  const [before, here] = [stored, now].map((texts) => adapterIn(texts.join("\n")));
  if (before !== here) {
    return { differing: [], otherAdapter: `stored outputs are of ${before}, this is ${here}` };
  }
  const differing = stored.flatMap((text, n) => {
    const why = n < now.length ? difference(text, now[n]) : "it was not reached";
    return why === undefined ? [] : [`cell ${n + 1}: ${why}`];
  });
  return { differing };
}

function storedText({ data, text }: StoredOutput): string {
  return [data?.["text/plain"] ?? text ?? ""].flat().join("");
}

/** The text of a cell's outputs, each as it was last updated. */
function shownText({ messages }: Pick<ExecutedCell, "messages">): string {
  const outputs = new Map<string, string>();
  messages.forEach(({ content }, n) => {
    const key = content.transient?.display_id ?? `${n}`;
    outputs.set(key, content.data?.["text/plain"] ?? content.text ?? "");
  });
  return [...outputs.values()].join("\n");
}

/** The value beside the word in a table. */
function adapterIn(text: string): string | undefined {
  return /^adapter\s+(.+?)\s*$/m.exec(text)?.[1];
}

/** What differs in two texts, or undefined. */
export function difference(before: string, now: string): string | undefined {
  // deno-lint-ignore no-control-regex -- colours of Deno's kernel
  const plain = (text: string) => text.replace(/\x1b\[\d+m/g, "").replace(PACE, "").trim();
  const [a, b] = [plain(before), plain(now)];
  if (words(a) !== words(b)) return `stored ${JSON.stringify(a)}, now ${JSON.stringify(b)}`;
  const theirs = b.match(NUMBER) ?? [];
  const at = (a.match(NUMBER) ?? []).findIndex((number, n) => !agree(number, theirs[n]));
  return at < 0 ? undefined : `stored ${a.match(NUMBER)![at]}, now ${theirs[at]}`;
}

/** Columns of a table widen with their numbers, and bars with the steps. */
function words(text: string): string {
  return text.replace(NUMBER, "#").replace(/\s+/g, " ");
}

function agree(a: string, b: string): boolean {
  const [x, y] = [a, b].map(Number);
  return a === b || Math.abs(x - y) <= TOLERANCE * Math.max(Math.abs(x), Math.abs(y));
}
