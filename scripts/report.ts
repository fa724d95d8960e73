/**
 * The report of a run: what was replicated, every number beside the paper's, every figure.
 *
 *   <run>/report.md, report.html        for readers; the second is one file with its figures in it
 *   <run>/summary.json                  all numbers, for programs
 *
 * @module
 */
import { join } from "node:path";
import { writeJson, writeWhole } from "../lib/io/files.ts";
import { htmlReport } from "../lib/report/html/page.ts";
import { markdownReport } from "../lib/report/markdown.ts";
import { failureText } from "../lib/report/figure.ts";
import type { Block, Section } from "../lib/report/section.ts";
import { spoken, summary } from "../lib/report/summary.ts";
import { type DrawnFigure, drawSystem, missingPictures } from "./draw.ts";
import { noResults, systemsIn } from "./stored_results.ts";
import { resultsOf } from "./made.ts";
import type { System } from "./system.ts";
import { SYSTEMS } from "./systems.ts";
import { messageOf } from "./terminal.ts";

/** What a report consists of beside its figures, in a run's folder. */
export const REPORT_FILES = ["report.html", "report.md", "summary.json"] as const;

const TITLE = "crosslab: what was replicated";

/** A system's section with its figures, and a sentence for each part that could not be made. */
export type Part = {
  section: Section;
  figures: DrawnFigure[];
  /** The text of each picture. */
  svgs: Record<string, string>;
  failures: string[];
};

/**
 * Lines to print, files to point at, and a sentence for each part of the report that could not be
 * made.
 */
export type Report = { lines: string[]; files: string[]; failures: string[] };

/**
 * Reads a system's results from a run's folder, draws its figures there and says everything about
 * them. What cannot be made is named with its error, and keeps nothing else from being made.
 */
export async function makePart(system: System, folder: string): Promise<Part> {
  const { id, title } = system;
  let figures: DrawnFigure[] = [];
  const failures: string[] = [];
  let section: Section;
  try {
    const results = await system.read(folder);
    const from = await resultsOf(system, { folder, results });
    figures = await drawSystem(system, results, { folder, from });
    failures.push(...figures.filter(({ error }) => error !== undefined).map(failureText));
    for (const [path, value] of Object.entries(system.files?.(results) ?? {})) {
      if (typeof value === "string") await writeWhole(join(folder, path), value);
      else await writeJson(join(folder, path), value);
    }
    section = { id, title, about: system.about(results), blocks: system.section(results, figures) };
  } catch (error) {
    const text = `The section ${id} could not be written: ${messageOf(error)}`;
    failures.push(text);
    section = { id, title, about: {}, blocks: [{ kind: "failure", text }] };
  }
  return { section, figures, svgs: await readSvgs(folder, figures), failures };
}

async function readSvgs(
  folder: string,
  figures: readonly DrawnFigure[],
): Promise<Record<string, string>> {
  const read = figures.flatMap(({ pictures }) => pictures).map(async ({ id }) => [
    id,
    await Deno.readTextFile(join(folder, "figures", `${id}.svg`)),
  ]);
  return Object.fromEntries(await Promise.all(read));
}

/** A system of a run that has no results yet. `error`: what stopped it, where it was stopped. */
export type Missing = Pick<System, "id" | "title"> & { error?: string };

/**
 * Writes the report of the systems whose parts are made, by default of all that left results in the
 * folder. `waiting`: those of the run that left none yet. Throws when there is nothing to report.
 */
export async function writeReport(
  folder: string,
  { parts, waiting = [] }: { parts?: readonly Part[]; waiting?: readonly Missing[] } = {},
): Promise<Report> {
  const made = inOrder(parts ?? await allParts(folder));
  if (made.length === 0) throw noResults("write a report", [folder]);
  const sections = made.map(({ section }) => section);
  const figures = made.flatMap(({ figures }) => figures);
  const svgs = Object.assign({}, ...made.map(({ svgs }) => svgs));
  const missing = missingPictures(figures);
  const files = REPORT_FILES.map((name) => join(folder, name));
  const extension = missing.length > 0 ? "svg" : "png";
  const shown = [...sections, ...waiting.map(waitingSection)];
  await writeWhole(files[0], htmlReport(TITLE, shown, svgs));
  await writeWhole(files[1], markdownReport(TITLE, shown, extension));
  await writeJson(files[2], summary(sections));
  const pictures = figures.reduce((sum, figure) => sum + figure.pictures.length, 0);
  const drawn = `${pictures} pictures in ${join(folder, "figures")}`;
  return {
    lines: [...sections.flatMap(spoken), ...missing, "", drawn],
    files,
    failures: made.flatMap(({ failures }) => failures),
  };
}

async function allParts(folder: string): Promise<Part[]> {
  const parts = [];
  for (const system of await systemsIn(folder)) parts.push(await makePart(system, folder));
  return parts;
}

function inOrder(parts: readonly Part[]): Part[] {
  const rank = ({ section }: Part) => SYSTEMS.findIndex(({ id }) => id === section.id);
  return parts.toSorted((a, b) => rank(a) - rank(b));
}

/** Stays true where a run is stopped before it can write the report again. */
function waitingSection({ id, title, error }: Missing): Section {
  const block: Block = error === undefined
    ? {
      kind: "text",
      text: "Not done when this report was written; it is written again when it is.",
    }
    : {
      kind: "failure",
      text: `Stopped: ${error.replace(/\.$/, "")}. The same command resumes it.`,
    };
  return { id, title, about: {}, blocks: [block] };
}
