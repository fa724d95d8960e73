/**
 * Shows finished runs side by side, a table a system and a column a run, as Markdown.
 *
 *   deno task compare out/small out/seed-1/small out/stories/small --system stagewise
 */
import { markdownTable } from "../lib/report/markdown.ts";
import { command, runCommand } from "./command_line.ts";
import { hasResults, noResults } from "./stored_results.ts";
import type { System } from "./system.ts";
import { SYSTEM_IDS, SYSTEMS, systemsNamed } from "./systems.ts";
import { print } from "./terminal.ts";

const HELP = `Shows finished runs side by side: a table a system, a column a run, as Markdown.

  deno task compare FOLDER... [options]

  --system NAME   one system's table alone: ${SYSTEM_IDS.join(", ")}
  --help          this text

Of several runs of stage-wise diffing a last column has them together: counts added up, of other numbers
the mean with the least and the most.

Examples
  deno task compare out/small
  deno task compare out/small out/seed-1/small out/stories/small --system stagewise
`;

/** The command; returns the exit code. */
export const compare = command({ help: HELP, strings: ["system"] }, async (options) => {
  const systems = options.system === undefined ? SYSTEMS : systemsNamed([options.system]);
  await expectResults(systems, options._);
  for (const system of systems) {
    const rows = await rowsOf(system, options._);
    if (rows) print(`## ${system.title}\n\n${markdownTable(rows)}\n`);
  }
  return 0;
});

/** Throws at a folder with nothing to show: a table would silently lack its column. */
async function expectResults(systems: readonly System[], folders: string[]): Promise<void> {
  if (folders.length === 0) {
    throw new RangeError("Cannot compare runs: expected folders but found none: see --help");
  }
  for (const folder of folders) {
    const there = await Promise.all(systems.map((system) => hasResults(system, folder)));
    if (!there.includes(true)) throw noResults("compare runs", [folder], systems);
  }
}

/** Nothing where none of the folders has results of the system. */
async function rowsOf(system: System, folders: string[]): Promise<string[][] | undefined> {
  const runs = [];
  for (const folder of folders) {
    if (await hasResults(system, folder)) runs.push(await system.read(folder));
  }
  return runs.length === 0 ? undefined : system.tableRows(runs);
}

if (import.meta.main) await runCommand(compare);
