/** README.md's table, its picture and the runs that are kept for it, in a checkout. @module */
import { join } from "node:path";
import { exists, writeWhole } from "../../lib/io/files.ts";
import { spliced } from "../../lib/report/markdown.ts";
import { alignedTable, wrapped } from "./format.ts";
import { gatherRuns, type Shown } from "./gather.ts";
import { answerSentences, tableRows, tallySentence } from "./rows.ts";
import { readRuns, type Run, writeRuns } from "./runs.ts";

export const KEPT = "scripts/readme/runs.json";

const PICTURE = "stagewise-scatter.png";

/**
 * The runs that are kept, with those of `folders` in place of all earlier ones of the same systems.
 * Throws where one folder holds nothing of these systems.
 */
export async function runsWith(
  kept: readonly Run[],
  folders: readonly string[],
  options: { systems: readonly Shown[]; commit: string },
): Promise<Run[]> {
  const made: Run[] = [];
  for (const folder of folders) {
    const found = await gatherRuns(folder, options);
    if (found.length === 0) {
      const names = options.systems.map(({ id }) => id).join(", ");
      throw new Error(
        `Cannot gather ${folder}: expected a summary of ${names} but found none: name another folder`,
      );
    }
    made.push(...found);
  }
  expectApart(made);
  const replaced = new Set(made.map(({ system }) => system));
  return [...kept.filter(({ system }) => !replaced.has(system)), ...made];
}

/** Throws where a run is there twice. */
function expectApart(runs: readonly Run[]): void {
  const names = runs.flatMap(({ system, preset, corpus, seeds }) => {
    const of = corpus === undefined ? "" : ` of ${corpus}`;
    return seeds.map((seed) => `${system}, preset ${preset}, seed ${seed}${of}`);
  });
  const twice = names.find((name, i) => names.indexOf(name) < i);
  if (twice === undefined) return;
  throw new Error(
    `Cannot gather runs: expected each once but found ${twice} twice: leave a folder out`,
  );
}

/** What stands between README's marks. */
export function resultsText(systems: readonly Shown[], runs: readonly Run[]): string {
  return [
    wrapped(tallySentence(systems, runs)),
    alignedTable(tableRows(systems, runs)),
    ...answerSentences(systems, runs).map((text) => wrapped(text)),
  ].join("\n\n");
}

/** Writes what is kept, README's table, and the picture of the first folder that has it. */
export async function fillReadme(
  root: string,
  runs: readonly Run[],
  { systems, folders }: { systems: readonly Shown[]; folders: readonly string[] },
): Promise<void> {
  const path = join(root, "README.md");
  const filled = spliced(await Deno.readTextFile(path), "results", resultsText(systems, runs));
  await writeRuns(join(root, KEPT), runs);
  await writeWhole(path, filled);
  for (const folder of folders) {
    const picture = join(folder, "figures", PICTURE);
    if (!(await exists(picture))) continue;
    return await writeWhole(join(root, "scripts/readme", PICTURE), await Deno.readFile(picture));
  }
}

export const readKept = (root: string): Promise<Run[]> => readRuns(join(root, KEPT));
