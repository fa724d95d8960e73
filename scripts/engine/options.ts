/** `--engine` and what goes with it on the command line. @module */
import { integerOption, oneOf } from "../command_line.ts";
import { show } from "../../lib/io/show.ts";

/** Options that sbatch takes by the same name. */
export const SBATCH = [
  "partition",
  "account",
  "qos",
  "constraint",
  "gres",
  "nodelist",
  "exclude",
  "cpus-per-task",
  "mem",
  "time",
] as const;

/** Strings of the command line that belong to engines. */
export const ENGINE_STRINGS = ["engine", "jobs", "task", "state", ...SBATCH] as const;
type Name = typeof ENGINE_STRINGS[number];

const ENGINES = ["local", "slurm"] as const;

/** `sbatch`: its options as words. */
export type EngineOptions = { engine: typeof ENGINES[number]; jobs?: number; sbatch: string[] };

/** Processes of this machine, where nobody says how many. */
export const LOCAL_JOBS = 2;

/** Processes at most: more is a slip of the hand. */
const MOST_JOBS = 10_000;

/**
 * The engine that is asked for; throws where something that goes with one stands alone. `plan`: an
 * engine is asked for its plan.
 */
export function engineOf(given: Partial<Record<Name, string>>): EngineOptions | undefined {
  const named = SBATCH.filter((name) => given[name] !== undefined);
  const { engine, jobs, task, state } = given;
  if ((task === undefined) !== (state === undefined)) refuse("--task and --state together", "one");
  if (task !== undefined && engine !== undefined) refuse("--engine or --task", "both");
  if (engine === undefined) {
    const alone = [...(jobs === undefined ? [] : ["jobs"]), ...named][0];
    if (alone !== undefined) refuse(`--engine with --${alone}`, "none");
    return undefined;
  }
  const chosen = oneOf("--engine", engine, ENGINES);
  if (chosen === "local" && named.length > 0) refuse(`--engine slurm with --${named[0]}`, "local");
  for (const name of named) {
    // Arguments reach sbatch as they are, without a shell; a line break would be no option of its own.
    if (/\p{Cc}/u.test(given[name]!)) refuse(`--${name} on one line`, show(given[name]));
  }
  return {
    engine: chosen,
    ...(jobs !== undefined &&
      { jobs: integerOption("--jobs", jobs, { least: 1, most: MOST_JOBS, example: 4 }) }),
    sbatch: named.map((name) => `--${name}=${given[name]}`),
  };
}

function refuse(expected: string, found: string): never {
  throw new RangeError(`Cannot run: expected ${expected} but found ${found}: see --help`);
}
