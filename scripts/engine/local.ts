/** Tasks on this machine, so many processes at a time. @module */
import { type EngineRun, failuresOf, standingOf } from "./engine.ts";
import { shareOfCores } from "./cores.ts";
import { byPath } from "./schedule.ts";
import { fileOf, openState } from "./state.ts";
import { shell } from "./words.ts";

/** Says everything into the log; a signal to the shell reaches the process, whose place it gives up. */
const LOGGED = 'log=$1; shift; exec "$@" >>"$log" 2>&1';

/** `jobs`: processes at a time. `signal` ends them all. */
export type LocalOptions = { jobs: number; signal?: AbortSignal };

/**
 * Makes what is missing, `jobs` processes at a time, the longest path first. Where a task fails, what
 * does not need it is made all the same. Returns a sentence for each failure; throws the reason of
 * `signal` where that aborts, once no process runs any more.
 */
export async function runLocal(
  run: EngineRun,
  { jobs, signal = new AbortController().signal }: LocalOptions,
): Promise<string[]> {
  const { tasks, state, follow } = run;
  await openState(state);
  const order = byPath(tasks), running = new Map<string, Promise<string>>();
  for (;;) {
    const standing = await standingOf(run), { done, failed, blocked } = standing;
    const ready = order.filter(({ name, needs }) =>
      !done.has(name) && !blocked.has(name) && !running.has(name) &&
      needs.every((need) => done.has(need))
    );
    const begun = ready.slice(0, jobs - running.size);
    const env = shareOfCores(navigator.hardwareConcurrency, running.size + begun.length);
    for (const { name } of begun) running.set(name, runOne(run, name, { env, signal }));
    const made = tasks.filter(({ name }) => done.has(name)).length;
    follow.show({
      all: tasks.length,
      done: made,
      running: running.size,
      waiting: tasks.length - made - running.size - failed.size,
      failed: failed.size,
    }, [...running.keys()]);
    if (running.size === 0) {
      follow.finish();
      return await failuresOf(run, standing);
    }
    running.delete(await Promise.race(running.values()));
    if (!signal.aborted) continue;
    await Promise.all(running.values());
    follow.finish();
    throw signal.reason;
  }
}

/** Runs a task and notes how it ended, unless it was ended by `signal`; returns its name. */
async function runOne(
  { state, command }: EngineRun,
  name: string,
  options: Pick<Deno.CommandOptions, "env" | "signal">,
): Promise<string> {
  const child = shell([LOGGED, fileOf(state, "logs", name), ...command(name)], options).spawn();
  await Promise.all([child.stdout.cancel(), child.stderr.cancel()]);
  const { code } = await child.status;
  if (code !== 0 && options.signal?.aborted) return name;
  await Deno.writeTextFile(fileOf(state, code === 0 ? "done" : "failed", name), `${code}\n`);
  return name;
}
