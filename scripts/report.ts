/**
 * The report of a run: what was replicated, every number beside the paper's, every figure.
 *
 *   <run>/report.md, report.html        for readers; the second is one file with its figures in it
 *   <run>/summary.json                  all numbers, for programs
 *   <run>/stagewise/latents.json        one row a latent
 *
 * A system adds a section: one entry in SECTIONS, one marker and its figures in figures/registry.ts.
 *
 * @module
 */
import { join } from "node:path";
import { readRun } from "../lib/diff/run.ts";
import { latentTable } from "../lib/diff/table.ts";
import { writeJson, writeWhole } from "../lib/io/files.ts";
import { drawFigures, failureText, systemsIn } from "./figures.ts";
import { type FigureResult, missingPictures } from "./finish_figure.ts";
import { htmlReport } from "../lib/report/html.ts";
import { markdownReport } from "../lib/report/markdown.ts";
import { proofsSection } from "./proofs/section.ts";
import { type Block, blocksOf, type Section } from "../lib/report/section.ts";
import { stagewiseSection } from "./stagewise/section.ts";
import { messageOf } from "./terminal.ts";

const TITLE = "crosslab: what was replicated";

/** A system's section, and what else it leaves in the folder. */
const SECTIONS: Record<
  string,
  (folder: string, figures: readonly FigureResult[]) => Promise<Section>
> = {
  async stagewise(folder) {
    await writeJson(join(folder, "stagewise", "latents.json"), latentTable(await readRun(folder)));
    return await stagewiseSection(folder);
  },
  proofs: proofsSection,
};

/** Lines to print, files to point at, and a sentence for each part of the report that could not be made. */
export type Report = { lines: string[]; files: string[]; failures: string[] };

/**
 * Draws all figures of a run's folder and writes its report. A figure or a section that cannot be made is named in the
 * report with its error, and keeps nothing else from being made. Throws when no system left results there.
 */
export async function writeReport(folder: string): Promise<Report> {
  const figures = await drawFigures(folder);
  const missing = missingPictures(figures);
  const failures = figures.filter(({ error }) => error !== undefined).map(failureText);
  const sections: Section[] = [];
  for (const system of await systemsIn(folder)) {
    try {
      sections.push(withNotes(await SECTIONS[system](folder, figures), figures));
    } catch (error) {
      const text = `The section ${system} could not be written: ${messageOf(error)}`;
      failures.push(text);
      const blocks = [{ kind: "failure" as const, text }];
      sections.push({ id: system, title: system, about: { failure: text }, blocks });
    }
  }
  const svgs = Object.fromEntries(
    await Promise.all(
      figures.flatMap(({ pictures }) => pictures).map(async ({ id }) => [
        id,
        await Deno.readTextFile(join(folder, "figures", `${id}.svg`)),
      ]),
    ),
  );
  const files = ["report.html", "report.md", "summary.json"].map((name) => join(folder, name));
  await writeWhole(files[0], htmlReport(TITLE, sections, svgs));
  const extension = missing.length > 0 ? "svg" : "png";
  await writeWhole(files[1], markdownReport(TITLE, sections, extension));
  await writeJson(files[2], summary(sections));
  const pictures = figures.flatMap((figure) =>
    figure.files.filter((file) => file.endsWith(`.${extension}`))
  );
  return {
    lines: [...sections.flatMap(spoken), ...missing],
    files: [...files, ...pictures],
    failures,
  };
}

/** A section whose figures that failed are sentences, and those with notes have them below. */
function withNotes(section: Section, figures: readonly FigureResult[]): Section {
  const blocks = section.blocks.flatMap((block): Block[] => {
    if (block.kind !== "figure") return [block];
    const figure = figures.find(({ id, pictures }) =>
      id === block.id || pictures.some((picture) => picture.id === block.id)
    );
    if (figure?.error !== undefined) return [{ kind: "failure", text: failureText(figure) }];
    const first = figure?.pictures[0]?.id === block.id;
    const notes = first ? figure?.notes ?? [] : [];
    return [block, ...notes.map((text): Block => ({ kind: "text", text: `In the PNG: ${text}.` }))];
  });
  return { ...section, blocks };
}

/** For each system: what it was made from, its findings, and all lines in their groups. */
function summary(sections: readonly Section[]): unknown {
  return Object.fromEntries(sections.map((section) => [section.id, {
    ...section.about,
    findings: blocksOf(section, "findings").flatMap(({ findings }) => findings),
    groups: blocksOf(section, "lines").map(({ title, lines }) => ({ title, lines })),
  }]));
}

/** What a terminal shows: the findings. */
function spoken(section: Section): string[] {
  const findings = blocksOf(section, "findings").flatMap(({ findings }) => findings);
  return [
    "",
    section.title,
    ...findings.flatMap(({ claim, verdict, text }) => [
      "",
      `  ${claim}: ${verdict}`,
      `    ${text}`,
    ]),
  ];
}
