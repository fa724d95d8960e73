/**
 * Draws figures again from what replicate stored.
 *
 *   deno task figures                                    all figures of out/small
 *   deno task figures stagewise-scatter --run out/smoke
 *   deno task figures stagewise-quadrants --percentile 10
 *
 * Each prints its numbers beside the paper's; the paper's stand in scripts/stagewise/paper.ts.
 */
import { join } from "node:path";
import { numberOption, oneOf, parseCommand, runCommand } from "./command_line.ts";
import { type FigureOptions, type FigureResult, missingPictures } from "./finish_figure.ts";
import { FIGURES, MARKERS } from "./figure_registry.ts";
import { messageOf, print, say } from "./terminal.ts";
import { formatLines } from "../lib/report/lines.ts";

const HELP = `Draws figures again from the results that replicate stored.

  deno task figures [figure...] [options]

Figures (all of the run where none is named): ${Object.keys(FIGURES).join(", ")}

  --run DIR         the run's folder (default out/small)
  --percentile N    where both axes of the rotation scatter are cut, above 0 and up to 50 (default 5)
  --help            this text

Examples
  deno task figures
  deno task figures stagewise-scatter --run out/smoke
  deno task figures stagewise-quadrants --percentile 10
`;

/**
 * Draws the named figures of a run's folder; without names, those of every system that left results. A figure that cannot
 * be drawn has an `error` and does not keep the others from being drawn. Throws where there is no run.
 */
export async function drawFigures(
  folder: string,
  ids: readonly string[] = [],
  options: FigureOptions = {},
): Promise<FigureResult[]> {
  const systems = await systemsIn(folder);
  const chosen = ids.length > 0
    ? ids.map((id) => oneOf("figure", id, Object.keys(FIGURES)))
    : Object.keys(FIGURES).filter((id) => systems.includes(FIGURES[id].system));
  const missing = chosen.find((id) => !systems.includes(FIGURES[id].system));
  if (chosen.length === 0 || missing !== undefined) {
    const wanted = missing ? [FIGURES[missing].system] : Object.keys(MARKERS);
    const files = wanted.map((system) => MARKERS[system]).join(" or ");
    throw new Error(
      `Cannot draw figures: expected a finished run with ${files} but found none in ${folder}: ` +
        "run deno task replicate first, or name another folder with --run",
    );
  }
  const results = [];
  for (const id of chosen) results.push(await drawOne(id, folder, options));
  return results;
}

async function drawOne(id: string, folder: string, options: FigureOptions): Promise<FigureResult> {
  try {
    return await FIGURES[id].draw(folder, options);
  } catch (error) {
    return { id, title: id, lines: [], pictures: [], files: [], error: messageOf(error) };
  }
}

/** A figure that could not be drawn, in a sentence. */
export function failureText({ id, error }: Pick<FigureResult, "id" | "error">): string {
  return `The figure ${id} could not be drawn: ${error}`;
}

/** The systems that left results in a run's folder; what is there and cannot be read is told by whoever reads it. */
export async function systemsIn(folder: string): Promise<string[]> {
  const found = [];
  for (const [system, marker] of Object.entries(MARKERS)) {
    const there = await Deno.lstat(join(folder, marker)).then(() => true, () => false);
    if (there) found.push(system);
  }
  return found;
}

/** Runs the command; returns the exit code. */
export async function figures(args: string[]): Promise<number> {
  const options = parseCommand(args, {
    help: HELP,
    strings: ["run", "percentile"],
    booleans: [],
  });
  if (options === "help") return 0;
  const range = { above: 0, most: 50, example: 10 };
  const percentile = numberOption("--percentile", options.percentile ?? "5", range);
  const folder = options.run ?? join("out", "small");
  const results = await drawFigures(folder, options._, { percentile });
  for (const { id, title, lines, files, notes = [], error } of results) {
    if (error === undefined) print(`${title}\n\n${formatLines(lines)}\n\n${files.join("\n")}\n`);
    else say(`error: ${failureText({ id, error })}`);
    for (const note of notes) say(`${id}: ${note}`);
  }
  for (const line of missingPictures(results)) say(line);
  return results.some(({ error }) => error !== undefined) ? 1 : 0;
}

if (import.meta.main) await runCommand(figures);
