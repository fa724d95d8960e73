/** How many of a machine's cores a process may use that an engine started. @module */
import { integerOption } from "../command_line.ts";

/** What says it to this program, and to Mesa's llvmpipe and lavapipe. */
const CORES = "CROSSLAB_CORES", MESA = "LP_NUM_THREADS";

/**
 * The environment of each of `running` processes: all of them would take every core otherwise. What
 * the environment says stands; results do not depend on it.
 */
export function shareOfCores(cores: number, running: number): Record<string, string> {
  const share = String(Math.max(1, Math.floor(cores / running)));
  return Object.fromEntries(
    [CORES, MESA].filter((name) => !Deno.env.has(name)).map((name) => [name, share]),
  );
}

/** Lines of sh that give a job of Slurm the cores that it was allotted. */
export const SHARE_OF_JOB = [CORES, MESA]
  .map((name) => `export ${name}="\${${name}:-\${SLURM_CPUS_ON_NODE:-1}}"`)
  .join("\n");

/** The cores that this process may use; nothing where nobody says. */
export function ownCores(): number | undefined {
  const value = Deno.env.get(CORES);
  return value ? integerOption(CORES, value, { least: 1, example: 4 }) : undefined;
}
