/**
 * Draws figures again from what replicate stored.
 *
 *   deno task figures                                    all figures of out/small
 *   deno task figures stagewise-scatter --run out/smoke
 *   deno task figures stagewise-quadrants --percentile 10
 *   deno task figures --only 'proofs-*' --format pdf --width 480
 *
 * Each prints its numbers beside the paper's; the paper's stand in scripts/<system>/paper.ts.
 */
import { join } from "node:path";
import { show } from "../lib/io/show.ts";
import { FORMATS } from "../lib/plot/save.ts";
import { failureText } from "../lib/report/figure.ts";
import { formatLines } from "../lib/report/line.ts";
import { command, integerOption, numberOption, oneOf, runCommand } from "./command_line.ts";
import {
  type DrawnFigure,
  drawSystem,
  failedFigure,
  type FigureFiles,
  type FigureOptions,
  missingPictures,
} from "./draw.ts";
import { noResults, systemsIn } from "./stored_results.ts";
import type { FigureOption } from "./system.ts";
import { SYSTEMS } from "./systems.ts";
import { print, say } from "./terminal.ts";

const FIGURES = SYSTEMS.flatMap(({ figures }) => figures);
const IDS = FIGURES.map(({ id }) => id);
/** The options of all figures; those with one name are one option. */
const OPTIONS: Record<string, FigureOption> = Object.assign(
  {},
  ...FIGURES.map(({ options }) => options),
);

const NAMES = Object.keys(OPTIONS);

export const HELP = `Draws figures again from the results that replicate stored.

  deno task figures [figure...] [options]

Figures (all of the run where none is named): ${IDS.join(", ")}

  --run DIR         the run's folder (default out/small); pictures go to DIR/figures
  --only A,B        the same as naming figures, with * for any letters
  --format A,B      ${FORMATS.join(", ")} (default vl.json,svg,png); html answers to the pointer
  --width N         pixels of the whole picture (default: its own, in the PNG twice as many)
  --dark            light on dark, in files of its own: ID.dark.svg and so on
${optionHelp()}
  --help            this text

Examples
  deno task figures
  deno task figures stagewise-scatter --run out/smoke
  deno task figures stagewise-quadrants --percentile 10
  deno task figures --only 'proofs-*,stagewise-scatter' --format pdf,html --width 480
  deno task figures --only stagewise-scatter --dark
`;

function optionHelp(): string {
  return Object.entries(OPTIONS).map(([name, { help, default: value }]) =>
    `  ${`--${name} N`.padEnd(16)}  ${help} (default ${value})`
  ).join("\n");
}

/**
 * Draws the named figures of a run's folder; without names, those of every system that left
 * results. A figure that cannot be drawn has an `error` and does not keep the others from being
 * drawn. Throws where there is no run.
 */
export async function drawFigures(
  folder: string,
  ids: readonly string[] = [],
  { options = {}, save }: { options?: FigureOptions; save?: FigureFiles } = {},
): Promise<DrawnFigure[]> {
  const chosen = ids.length > 0 ? ids.flatMap(idsOf) : IDS;
  const there = await systemsIn(folder);
  const wanted = SYSTEMS.filter(({ figures }) => figures.some(({ id }) => chosen.includes(id)));
  const missing = wanted.filter((system) => !there.includes(system));
  if (there.length === 0 || (ids.length > 0 && missing.length > 0)) {
    throw noResults("draw figures", [folder], missing);
  }
  const drawn: DrawnFigure[] = [];
  for (const system of wanted.filter((system) => there.includes(system))) {
    const figures = system.figures.filter(({ id }) => chosen.includes(id));
    try {
      const results = await system.read(folder);
      drawn.push(...await drawSystem(system, results, { folder, figures, options, save }));
    } catch (error) {
      drawn.push(...figures.map((figure) => failedFigure(figure, error)));
    }
  }
  return drawn;
}

/** The ids that a name, or a pattern with stars, stands for. */
function idsOf(name: string): string[] {
  if (!name.includes("*")) return [oneOf("figure", name, IDS)];
  const pattern = new RegExp(`^${name.split("*").map(RegExp.escape).join(".*")}$`);
  const found = IDS.filter((id) => pattern.test(id));
  if (found.length > 0) return found;
  throw new RangeError(
    `Cannot run: expected a pattern that fits one of ${IDS.join(", ")} but found ${show(name)}: ` +
      "see --help",
  );
}

/** What of figures is written, by the command line. */
function filesOf(
  { format, width, dark }: { format?: string; width?: string; dark: boolean },
): FigureFiles {
  const formats = format?.split(",").map((name) => oneOf("--format", name, FORMATS));
  const pixels = width === undefined
    ? undefined
    : integerOption("--width", width, { least: 16, most: 20_000, example: 480 });
  return { ...(formats && { formats }), ...(pixels && { width: pixels }), ...(dark && { dark }) };
}

/** The command; returns the exit code. */
export const figures = command({
  help: HELP,
  strings: ["run", "only", "format", "width", ...NAMES],
  booleans: ["dark"],
}, async (options) => {
  const numbers: FigureOptions = {};
  const ids = [...options._, ...(options.only?.split(",") ?? [])];
  for (const name of NAMES) {
    const value = options[name];
    if (value === undefined) continue;
    expectTaker(name, ids);
    const { range, whole } = OPTIONS[name], read = whole ? integerOption : numberOption;
    numbers[name] = read(`--${name}`, value, range);
  }
  const run = options.run ?? join("out", "small"), save = filesOf(options);
  const results = await drawFigures(run, ids, { options: numbers, save });
  for (const { id, title, lines, files, notes = [], error } of results) {
    if (error === undefined) print(`${title}\n\n${formatLines(lines)}\n\n${files.join("\n")}\n`);
    else say(`error: ${failureText({ id, error })}`);
    for (const note of notes) say(`${id}: ${note}`);
  }
  for (const line of missingPictures(results)) say(line);
  return results.some(({ error }) => error !== undefined) ? 1 : 0;
});

/** Throws where figures are named and none of them takes the option. */
function expectTaker(name: string, ids: readonly string[]): void {
  const takers = FIGURES.filter(({ options = {} }) => name in options).map(({ id }) => id);
  if (ids.length === 0 || ids.flatMap(idsOf).some((id) => takers.includes(id))) return;
  throw new RangeError(
    `Cannot run: expected --${name} with ${takers.join(" or ")} but found ${ids.join(", ")} ` +
      "alone: leave it out, or name one of them",
  );
}

if (import.meta.main) await runCommand(figures);
