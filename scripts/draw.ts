/** Draws a system's figures into a run's folder: files, and numbers beside the paper's. @module */
import { join } from "node:path";
import { writeJson } from "../lib/io/files.ts";
import { saveFigure, type SaveOptions } from "../lib/plot/save.ts";
import type { Picture, ReportedFigure } from "../lib/report/figure.ts";
import type { Made } from "../lib/report/section.ts";
import { commandOf, scriptOf } from "./made.ts";
import type { About, Drawing, Drawn, Figure, System } from "./system.ts";
import { messageOf } from "./terminal.ts";

/**
 * A figure with its files: each picture's spec, SVG and PNG, and the numbers with the options that
 * they were made with. `missing`: why there is no PNG.
 */
export type DrawnFigure = ReportedFigure & { files: string[]; missing?: string };

/** Which files of a figure are written, and how wide and light they are. */
export type FigureFiles = Pick<SaveOptions, "formats" | "width" | "dark">;

/** Numbers by the names of the figures' options; what is not given is a figure's own default. */
export type FigureOptions = Record<string, number>;

/**
 * Draws figures of one system. One that cannot be drawn has an `error` and keeps no other from
 * being drawn.
 */
export async function drawSystem<Results>(
  system: System<Results>,
  results: Results,
  { folder, figures = system.figures, options = {}, save = {}, from }: {
    folder: string;
    save?: FigureFiles;
    /** The files of the results, for a report that says how its figures were made. */
    from?: Made["results"];
    figures?: System<Results>["figures"];
    options?: FigureOptions;
  },
): Promise<DrawnFigure[]> {
  const drawn = [];
  for (const figure of figures) {
    try {
      const own = ownOptions(figure, options);
      const about = { options: own, ...withoutSettings(system.about(results)) };
      const finished = await finishFigure(figure, figure.draw(results, own), {
        folder,
        about,
        save,
      });
      const made = from && madeOf(figure, { folder, about, from, drawn: finished });
      drawn.push({ ...finished, ...(made && { made }) });
    } catch (error) {
      drawn.push(failedFigure(figure, error));
    }
  }
  return drawn;
}

/** A figure of which there is nothing but why. */
export function failedFigure(figure: Figure<never, string>, error: unknown): DrawnFigure {
  const empty = { lines: [], pictures: [], files: [] };
  return { ...namesOf(figure), ...empty, error: messageOf(error) };
}

/** One line for each reason why figures have no PNG. */
export function missingPictures(figures: readonly DrawnFigure[]): string[] {
  return [...new Set(figures.flatMap(({ missing }) => missing === undefined ? [] : [missing]))];
}

function ownOptions({ options = {} }: Figure<never, string>, given: FigureOptions): FigureOptions {
  return Object.fromEntries(
    Object.entries(options).map(([name, option]) => [name, given[name] ?? option.default]),
  );
}

function withoutSettings({ settings: _, ...about }: About) {
  return about;
}

/**
 * Writes figures/<id>.{vl.json,svg,png} for each picture and figures/<id>.json into the run's
 * folder.
 */
async function finishFigure(
  figure: Figure<never, string>,
  { spec, lines }: Drawn,
  { folder, about, save }: {
    folder: string;
    about: Record<string, unknown>;
    save: FigureFiles;
  },
): Promise<DrawnFigure> {
  const { id, title } = figure;
  const drawings: Drawing[] = Array.isArray(spec) ? spec : [{ spec }];
  const pictures: Picture[] = [], files: string[] = [], notes: string[] = [];
  let missing: string | undefined;
  const onMissing = (reason: string) => missing = reason;
  const onNote = (note: string) => notes.push(note);
  for (const { suffix, about, caption, spec } of drawings) {
    const picture = {
      id: suffix ? `${id}-${suffix}` : id,
      ...(about && { about }),
      ...(caption && { caption }),
    };
    const told = { ...save, onMissing, onNote }, name = picture.id + (save.dark ? ".dark" : "");
    files.push(...await saveFigure(join(folder, "figures"), name, spec, told));
    pictures.push(picture);
  }
  const numbers = join(folder, "figures", `${id}.json`);
  await writeJson(numbers, { id, title, ...about, pictures, lines });
  return { ...namesOf(figure), lines, pictures, files: [...files, numbers], notes, missing };
}

function madeOf(
  figure: Figure<never, string>,
  { folder, about, from, drawn }: {
    folder: string;
    about: { options: FigureOptions; seed: number; adapter: string };
    from: Made["results"];
    drawn: DrawnFigure;
  },
): Made {
  const { options, seed, adapter } = about;
  return {
    command: commandOf(figure.id, { folder, options }),
    seed,
    adapter,
    results: from,
    script: scriptOf(figure, folder),
    formats: ["vl.json", "svg", ...(drawn.missing === undefined ? ["png"] : [])],
    numbers: `figures/${figure.id}.json`,
  };
}

function namesOf({ id, title, caption, numbers }: Figure<never, string>) {
  return { id, title, caption, numbers };
}
