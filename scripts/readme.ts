/**
 * Writes the table of results in README.md, from finished runs and from those that are kept.
 *
 *   deno task readme out/small                      in place of all earlier runs of its systems
 *   deno task readme out/small out/seed-1/small     two seeds together
 *   deno task readme                                from what is kept alone
 *
 * What the table shows of each run is kept in scripts/readme/runs.json with the command, the seeds,
 * the adapter, the settings and the commit that made it; README's picture lies beside it.
 */
import { command, runCommand } from "./command_line.ts";
import { commitHere } from "./readme/commit.ts";
import { fillReadme, KEPT, readKept, runsWith } from "./readme/fill.ts";
import { missingHeadlines } from "./readme/rows.ts";
import { SYSTEM_IDS, SYSTEMS, systemsNamed } from "./systems.ts";
import { say } from "./terminal.ts";

const HELP = `Writes README.md's table of results from summary.json of finished runs.

  deno task readme [FOLDER...] [options]

  FOLDER          a run's folder, such as out/small: its systems' runs take the place of all earlier ones
                  of these systems; name all seeds and presets at once. Without a folder: from what is
                  kept alone
  --system NAME   take this system alone from the folders: ${SYSTEM_IDS.join(", ")}
  --commit HASH   of the checkout that made the runs (default: this one, by git)
  --help          this text

What the table shows of each run is kept in ${KEPT}; tests hold README equal to it.

Examples
  deno task readme out/small
  deno task readme out/small out/seed-1/small out/stories/small --system stagewise --commit 0a1b2c3
`;

/** The command; returns the exit code. */
export const readme = command(
  { help: HELP, strings: ["system", "commit"] },
  async ({ _: folders, system, commit }) => {
    const systems = system === undefined ? SYSTEMS : systemsNamed([system]);
    const kept = await readKept(".");
    const made = folders.length === 0
      ? kept
      : await runsWith(kept, folders, { systems, commit: commit ?? await commitHere() });
    await fillReadme(".", made, { systems: SYSTEMS, folders });
    for (const row of missingHeadlines(SYSTEMS, made)) {
      say(`Left out of the table, since no run has its lines: ${row}`);
    }
    return 0;
  },
);

if (import.meta.main) await runCommand(readme);
