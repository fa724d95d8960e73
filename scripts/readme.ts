/**
 * Writes each system's table in README.md from finished runs.
 *
 *   deno task readme out/small
 *   deno task readme out/small out/seed-1/small out/stories/small --system stagewise
 *   deno task readme out/small --print                                      prints the tables only
 */
import { writeWhole } from "../lib/io/files.ts";
import { markdownTable, spliced } from "../lib/report/markdown.ts";
import { command, runCommand } from "./command_line.ts";
import { hasResults, noResults } from "./stored_results.ts";
import type { System } from "./system.ts";
import { SYSTEM_IDS, SYSTEMS, systemsNamed } from "./systems.ts";
import { print } from "./terminal.ts";

const HELP = `Writes the tables of README.md, each between its system's marks, from finished runs.

  deno task readme FOLDER... [options]

  --system NAME   one system's table alone: ${SYSTEM_IDS.join(", ")}
  --print         print the tables and leave README.md as it is
  --help          this text

Examples
  deno task readme out/small
  deno task readme out/small out/seed-1/small out/stories/small --system stagewise
`;

/** The command; returns the exit code. */
export const readme = command(
  { help: HELP, strings: ["system"], booleans: ["print"] },
  async (options) => {
    const systems = options.system === undefined ? SYSTEMS : systemsNamed([options.system]);
    await expectResults(systems, options._);
    const tables: Table[] = [];
    for (const system of systems) {
      const rows = await rowsOf(system, options._);
      tables.push({ id: system.id, ...(rows && { table: markdownTable(rows) }) });
    }
    if (options.print) { for (const { table } of tables) if (table) print(`${table}\n`); }
    else await fill("README.md", tables);
    return 0;
  },
);

/** Throws at a folder with nothing to show: a table would silently lack its column. */
async function expectResults(systems: readonly System[], folders: string[]): Promise<void> {
  if (folders.length === 0) throw noResults("fill README.md", folders, systems);
  for (const folder of folders) {
    const there = await Promise.all(systems.map((system) => hasResults(system, folder)));
    if (!there.includes(true)) throw noResults("fill README.md", [folder], systems);
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

/** Of a system; none where no folder has its results. */
type Table = { id: string; table?: string };

/** Where a system has no table yet, and none stands there from before. */
const NO_RUN = "No run yet.";

async function fill(path: string, tables: readonly Table[]): Promise<void> {
  const text = await Deno.readTextFile(path);
  await writeWhole(
    path,
    tables.reduce((text, { id, table }) => {
      if (table !== undefined) return spliced(text, id, table);
      return isEmpty(text, id) ? spliced(text, id, NO_RUN) : text;
    }, text),
  );
}

function isEmpty(text: string, id: string): boolean {
  return new RegExp(`<!-- ${id}:begin -->\\s*<!-- ${id}:end -->`).test(text);
}

if (import.meta.main) await runCommand(readme);
