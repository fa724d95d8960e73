/**
 * Did a run leave all its figures, every picture of them, and a summary of finite numbers?
 *
 *   deno task check-outputs out/smoke
 *   deno task check-outputs out/smoke stagewise        of this system alone
 *
 * Prints what is wrong, one line each, and exits 1; prints one line and exits 0 where nothing is.
 */
import { join } from "node:path";
import { oneOf, parseCommand, runCommand } from "./command_line.ts";
import type { System } from "./system.ts";
import { SYSTEMS } from "./systems.ts";
import { print, say } from "./terminal.ts";

const IDS = SYSTEMS.map(({ id }) => id);

const HELP = `Looks whether a run left its figures and a summary of finite numbers.

  deno task check-outputs FOLDER [system...]

Systems (all where none is named): ${IDS.join(", ")}

Example
  deno task check-outputs out/smoke
`;

/** JSON has no NaN: a number that was none becomes null, and only these keys may be empty on purpose. */
const MAY_BE_NULL = new Set(["paper", "difference", "commit"]);

/** What is missing or wrong in one run's folder, `out/<preset>`, of these systems; empty where all is well. */
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
  const numbers = { count: 0, problems: [] as string[] };
  walk(parsed, "", numbers);
  if (numbers.count === 0) problems.push(`${path} holds no number`);
  return [...problems, ...numbers.problems.map((problem) => `${path} ${problem}`)];
}

/** The pictures that the figures drawn there name in their numbers: some have one for each population. */
async function picturesIn(folder: string): Promise<string[]> {
  const names = await Array.fromAsync(Deno.readDir(folder), ({ name }) => name).catch(() => []);
  const figures = names.filter((name) => /(?<!\.vl)\.json$/.test(name)).sort();
  const found = await Promise.all(figures.map(async (name) => {
    const numbers = parse(await Deno.readTextFile(join(folder, name)));
    return (numbers as { pictures?: { id: string }[] } | undefined)?.pictures ?? [];
  }));
  return found.flat().map(({ id }) => id);
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

/** Runs the command; returns the exit code. */
export async function checkOutputs(args: string[]): Promise<number> {
  const options = parseCommand(args, { help: HELP, strings: [], booleans: [] });
  if (options === "help") return 0;
  const [folder, ...names] = options._ as string[];
  if (folder === undefined) {
    throw new RangeError("Cannot check: expected a run's folder but found none: see --help");
  }
  const chosen = (names.length > 0 ? names : IDS).map((name) => oneOf("system", name, IDS));
  const systems = SYSTEMS.filter(({ id }) => chosen.includes(id));
  const problems = await outputProblems(folder, systems);
  for (const problem of problems) say(problem);
  if (problems.length > 0) return 1;
  const count = systems.flatMap(({ figures }) => figures).length;
  print(`${folder}: ${count} figures and a summary of finite numbers`);
  return 0;
}

if (import.meta.main) await runCommand(checkOutputs);
