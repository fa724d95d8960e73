/** What Slurm is given: arrays of tasks, and the script that runs one of them. @module */
import { createHash } from "node:crypto";
import { SHARE_OF_JOB } from "./cores.ts";
import type { EngineRun } from "./engine.ts";
import { fileOf } from "./state.ts";
import type { Task } from "./task.ts";
import { commandLine, quoted } from "./words.ts";

/** Elements of an array at most: Slurm's MaxArraySize is 1001 where nobody set it. */
const MOST_ELEMENTS = 1000;

/** Tasks that wait for the same ones: one job array. */
export type Group = { names: string[]; needs: string[] };

/** Arrays in an order in which each stands after those that it waits for; `done` is waited for by none. */
export function groupsOf(tasks: readonly Task[], done: ReadonlySet<string>): Group[] {
  const groups = new Map<string, Group>();
  for (const { name, needs } of tasks) {
    const left = needs.filter((need) => !done.has(need)).sort(), key = left.join();
    const group = groups.get(key) ?? { names: [], needs: left };
    group.names.push(name);
    groups.set(key, group);
  }
  return [...groups.values()].flatMap(({ names, needs }) =>
    Array.from({ length: Math.ceil(names.length / MOST_ELEMENTS) }, (_, i) => ({
      names: names.slice(i * MOST_ELEMENTS, (i + 1) * MOST_ELEMENTS),
      needs,
    }))
  );
}

/** Stands for a group in the name of its job: 8 hexadecimal digits. */
export function groupId({ names }: Pick<Group, "names">): string {
  return createHash("sha256").update(names.join("\n")).digest("hex").slice(0, 8);
}

/**
 * The script of an array: element i runs task i in the folder `root` and notes in the state how it
 * ended, unless another job did so meanwhile. A killed one notes nothing.
 */
export function arrayScript(
  { names }: Pick<Group, "names">,
  { state, command }: Pick<EngineRun, "state" | "command">,
  { root }: { root: string },
): string {
  const file = (folder: "done" | "failed" | "logs", name: string) =>
    quoted(fileOf(state, folder, name));
  const cases = names.map((name, i) =>
    `${i})
  done=${file("done", name)} failed=${file("failed", name)} log=${file("logs", name)}
  set -- ${commandLine(command(name))} ;;`
  );
  return `#!/bin/sh
# Tasks of crosslab, one an element of the array.
cd ${quoted(root)} || exit 1
case $SLURM_ARRAY_TASK_ID in
${cases.join("\n")}
*) exit 1 ;;
esac
[ ! -e "$done" ] || exit 0
[ ! -e "$failed" ] || exit 1
${SHARE_OF_JOB}
"$@" >>"$log" 2>&1
code=$?
if [ $code -eq 0 ]; then echo 0 >"$done"; else echo $code >"$failed"; fi
exit $code
`;
}

/** Where a task is: an element of a job. */
export type Place = { job: string; element: number };

/**
 * `afterok:1:2_3`: what an array waits for, whole arrays by their job alone. `sizes`: the elements of
 * each job.
 */
export function dependency(
  needs: readonly string[],
  places: ReadonlyMap<string, Place>,
  sizes: ReadonlyMap<string, number>,
): string | undefined {
  const found = needs.map((need) => places.get(need)).filter((place) => place !== undefined);
  if (found.length === 0) return undefined;
  const jobs = Map.groupBy(found, ({ job }) => job);
  const texts = [...jobs].flatMap(([job, elements]) =>
    elements.length === sizes.get(job) ? [job] : elements.map(({ element }) => `${job}_${element}`)
  );
  return `afterok:${texts.join(":")}`;
}
