/**
 * Tasks on the machines of a Slurm cluster. Slurm decides what runs where and when; what was given to
 * it is found again by the names of its jobs, so that this program may be interrupted and started
 * again at any time, also twice.
 * @module
 */
import { join } from "node:path";
import { readJson, writeJson, writeWhole } from "../../lib/io/files.ts";
import { messageOf, say } from "../terminal.ts";
import { type EngineRun, failuresOf, standingOf } from "./engine.ts";
import { arrayScript, dependency, type Group, groupId, groupsOf, type Place } from "./sbatch.ts";
import { openState } from "./state.ts";
import { outputOf } from "./words.ts";

/**
 * `name`: begins the names of jobs. `root`: where commands run. `options`: sbatch's own, as words.
 * `jobs`: elements of an array at a time. `seconds` between two looks at the queue.
 */
export type SlurmOptions = {
  name: string;
  root: string;
  options?: readonly string[];
  jobs?: number;
  seconds?: number;
};

/**
 * Of two programs that give the same list to Slurm at the same time, the second one's waits for the
 * first one's, whose jobs have the same name, and finds all made: it would take machines meanwhile.
 */
const ALONE = "singleton";

/** How often a task is given to Slurm that ended without a word. */
const ATTEMPTS = 3;

/** Looks at the queue that may fail one after the other: a controller is restarted now and then. */
const SILENT = 30;

/**
 * Gives what is missing to Slurm and follows it to the end. A task whose machine was lost is begun
 * again by Slurm, or here where Slurm lost it. Returns a sentence for each failure.
 */
export async function runSlurm(run: EngineRun, options: SlurmOptions): Promise<string[]> {
  const { tasks, state, follow } = run, { name, seconds = 10 } = options;
  await openState(state);
  const attempts = new Map<string, number>();
  say(
    `slurm: jobs ${name}-*, which go on without this program: run the same again to follow them; to cancel ` +
      "them, stop this program first, since it gives lost ones to Slurm again",
  );
  for (;;) {
    const queue = await patiently(() => queueOf(state, name), seconds),
      standing = await standingOf(run);
    const { done, failed, blocked } = standing;
    const missing = tasks.filter(({ name }) =>
      !done.has(name) && !blocked.has(name) && !queue.has(name)
    );
    const left = missing.filter(({ name }) => (attempts.get(name) ?? 0) < ATTEMPTS);
    for (const { name } of left) attempts.set(name, (attempts.get(name) ?? 0) + 1);
    await submit(run, groupsOf(left, done), { queue, options: { ...options, seconds } });
    const made = tasks.filter(({ name }) => done.has(name)).length;
    const running = [...queue].filter(([name, { state }]) =>
      state !== "PENDING" && !done.has(name)
    );
    follow.show({
      all: tasks.length,
      done: made,
      running: running.length,
      waiting: tasks.length - made - running.length - failed.size,
      failed: failed.size,
    }, running.map(([name]) => name));
    const waiting = [...queue.keys()].some((name) => !done.has(name) && !blocked.has(name));
    if (left.length === 0 && !waiting) {
      follow.finish();
      const lost = missing.map(({ name }) =>
        `task ${name} was lost ${ATTEMPTS} times: ask sacct why`
      );
      return [...await failuresOf(run, standing), ...lost];
    }
    await new Promise((resolve) => setTimeout(resolve, 1000 * seconds));
  }
}

/** Tasks that Slurm holds, with the state of their jobs. */
type Queue = Map<string, Place & { state: string }>;

/** What of ours is in the queue; a job's name says which list of tasks its elements are of. */
async function queueOf(state: string, name: string): Promise<Queue> {
  const words = ["squeue", "--me", "--noheader", "--array", "--format=%F|%K|%T|%j"];
  const lines = (await outputOf(words, "look at the queue")).split("\n");
  const queue: Queue = new Map(), groups = new Map<string, string[]>();
  for (const line of lines) {
    const [job, element, jobState, jobName = ""] = line.trim().split("|");
    if (!jobName.startsWith(`${name}-`)) continue;
    const id = jobName.slice(name.length + 1);
    const names = groups.get(id) ?? await readJson(groupFile(state, id)) as string[];
    groups.set(id, names);
    queue.set(names[Number(element)], { job, element: Number(element), state: jobState });
  }
  return queue;
}

function groupFile(state: string, id: string, ending = "json"): string {
  return join(state, "groups", `${id}.${ending}`);
}

/** Gives arrays to Slurm, each with what it waits for. */
async function submit(
  run: EngineRun,
  groups: readonly Group[],
  { queue, options: { name, root, options = [], jobs, seconds } }: {
    queue: Queue;
    options: Required<Pick<SlurmOptions, "seconds">> & SlurmOptions;
  },
): Promise<void> {
  const places = new Map<string, Place>(queue), sizes = new Map<string, number>();
  for (const group of groups) {
    const id = groupId(group), last = group.names.length - 1, { state } = run;
    await writeJson(groupFile(state, id), group.names); // before the job whose name points at it
    await writeWhole(groupFile(state, id, "sh"), arrayScript(group, run, { root }));
    const after = dependency(group.needs, places, sizes);
    const words = [
      "sbatch",
      "--parsable",
      ...options,
      `--job-name=${name}-${id}`,
      `--array=0-${last}${jobs ? `%${jobs}` : ""}`,
      "--requeue",
      "--output=/dev/null",
      `--dependency=${after ? `${after},` : ""}${ALONE}`,
      "--kill-on-invalid-dep=yes",
      groupFile(state, id, "sh"),
    ];
    const give = () => outputOf(words, "give tasks to Slurm");
    const job = (await patiently(give, seconds, isSilence)).trim().split(";")[0];
    for (const [element, name] of group.names.entries()) places.set(name, { job, element });
    sizes.set(job, group.names.length);
  }
}

/** Whether it was the controller that did not answer, and not a refusal of what was asked. */
function isSilence(error: unknown): boolean {
  return /contact|timed out|temporarily/i.test(messageOf(error));
}

/** Asks again where the controller does not answer for a while; `isPassing` says which errors are that. */
async function patiently<T>(
  ask: () => Promise<T>,
  seconds: number,
  isPassing: (error: unknown) => boolean = () => true,
): Promise<T> {
  for (let failed = 1;; failed++) {
    try {
      return await ask();
    } catch (error) {
      if (failed === SILENT || !isPassing(error)) throw error;
      await new Promise((resolve) => setTimeout(resolve, 1000 * seconds));
    }
  }
}
