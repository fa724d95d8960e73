/**
 * Did a run leave all its figures, every picture of them, and a summary of finite numbers?
 *
 *   deno task check-outputs out/smoke
 *   deno task check-outputs out/smoke stagewise        of this system alone
 *
 * Prints what is wrong, one line each, and exits 1; prints one line and exits 0 where nothing is.
 */
import { command, runCommand } from "./command_line.ts";
import { outputProblems } from "./output_problems.ts";
import { SYSTEM_IDS, systemsNamed } from "./systems.ts";
import { print, say } from "./terminal.ts";

const HELP = `Looks whether a run left its figures and a summary of finite numbers.

  deno task check-outputs FOLDER [system...]

Systems (all where none is named): ${SYSTEM_IDS.join(", ")}

Example
  deno task check-outputs out/smoke
`;

/** The command; returns the exit code. */
export const checkOutputs = command({ help: HELP }, async (options) => {
  const [folder, ...names] = options._;
  if (folder === undefined) {
    throw new RangeError("Cannot check: expected a run's folder but found none: see --help");
  }
  const systems = systemsNamed(names);
  const problems = await outputProblems(folder, systems);
  for (const problem of problems) say(problem);
  if (problems.length > 0) return 1;
  const count = systems.flatMap(({ figures }) => figures).length;
  print(`${folder}: ${count} figures and a summary of finite numbers`);
  return 0;
});

if (import.meta.main) await runCommand(checkOutputs);
