/** What is missing or wrong among the files that a run left. @module */
import { join } from "node:path";
import type { System } from "./system.ts";
import { SYSTEMS } from "./systems.ts";

/**
 * JSON has no NaN: a number that was none becomes null, and only these keys may be empty on
 * purpose.
 */
const MAY_BE_NULL = new Set(["paper", "difference", "commit"]);

/**
 * What is missing or wrong in one run's folder, `out/<preset>`, of these systems; empty where all
 * is well.
 */
export async function outputProblems(
  folder: string,
  systems: readonly Pick<System, "figures">[] = SYSTEMS,
): Promise<string[]> {
  const problems = [];
  const expected = systems.flatMap(({ figures }) => figures).map(({ id }) => id);
  for (const picture of new Set([...expected, ...await picturesIn(join(folder, "figures"))])) {
    for (const [extension, problem] of Object.entries(FIGURE_CHECKS)) {
      const path = join(folder, "figures", `${picture}.${extension}`);
      const found = await Deno.readFile(path).then(problem, () => "is missing");
      if (found) problems.push(`${path} ${found}`);
    }
  }
  const path = join(folder, "summary.json");
  const text = await Deno.readTextFile(path).catch(() => undefined);
  if (text === undefined) return [...problems, `${path} is missing`];
  const parsed = parse(text);
  if (parsed === undefined) return [...problems, `${path} is not JSON`];
  problems.push(...failuresIn(parsed).map((failure) => `${path} says: ${failure}`));
  const numbers = { count: 0, problems: [] as string[] };
  walk(parsed, "", numbers);
  if (numbers.count === 0) problems.push(`${path} holds no number`);
  return [...problems, ...numbers.problems.map((problem) => `${path} ${problem}`)];
}

/**
 * The pictures that the figures drawn there name in their numbers: some have one for each
 * population.
 */
async function picturesIn(folder: string): Promise<string[]> {
  const names = await Array.fromAsync(Deno.readDir(folder), ({ name }) => name).catch(() => []);
  const figures = names.filter((name) => /(?<!\.vl)\.json$/.test(name)).sort();
  const found = await Promise.all(figures.map(async (name) => {
    const numbers = parse(await Deno.readTextFile(join(folder, name)));
    return (numbers as { pictures?: { id: string }[] } | undefined)?.pictures ?? [];
  }));
  return found.flat().map(({ id }) => id);
}

/** What the report could not make: pictures of an earlier run may stand in its place. */
function failuresIn(summary: unknown): string[] {
  const sections = Object.values(summary ?? {}) as ({ failures?: string[] } | null)[];
  return sections.flatMap((section) => section?.failures ?? []);
}

/** For each extension: bytes -> what is wrong with them, or nothing. */
const FIGURE_CHECKS: Record<string, (bytes: Uint8Array) => string | undefined> = {
  "vl.json": (bytes) => parse(utf8(bytes)) === undefined ? "is not JSON" : undefined,
  "svg": (bytes) => {
    const text = utf8(bytes);
    if (!text.startsWith("<svg")) return "is no SVG";
    if (/ (d|transform|[xy]|width|height)="[^"]*(NaN|Infinity)/.test(text)) {
      return "draws a number that is not finite";
    }
  },
  "png": (bytes) => {
    const signature = [0x89, 0x50, 0x4e, 0x47];
    if (!signature.every((byte, i) => bytes[i] === byte)) return "is no PNG";
  },
};

function walk(value: unknown, at: string, found: { count: number; problems: string[] }): void {
  if (typeof value === "number") {
    found.count++;
    // JSON.parse("1e999") is Infinity
    if (!Number.isFinite(value)) found.problems.push(`${at} is ${value}`);
  } else if (value === null) {
    const key = at.split(".").at(-1) ?? "";
    if (!MAY_BE_NULL.has(key)) found.problems.push(`${at} is null`);
  } else if (typeof value === "string") {
    if (/^[+-]?(NaN|Infinity)$/i.test(value)) found.problems.push(`${at} is "${value}"`);
  } else if (typeof value === "object") {
    for (const [key, inner] of Object.entries(value)) walk(inner, at ? `${at}.${key}` : key, found);
  }
}

function utf8(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
