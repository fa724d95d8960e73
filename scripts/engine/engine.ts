/** What engines are given, and what they say at the end. @module */
import type { Follow } from "./follow.ts";
import { failureOf, namesIn } from "./state.ts";
import { blockedBy, type Task } from "./task.ts";

/**
 * `state`: a folder that all machines see. `command`: what makes a task, as words; its exit code says
 * whether it did.
 */
export type EngineRun = {
  tasks: readonly Task[];
  state: string;
  command: (name: string) => readonly string[];
  follow: Follow;
};

/** Where the tasks stand. `running` and `waiting` are in somebody's hands. */
export type Standing = {
  done: Set<string>;
  failed: Set<string>;
  /** What cannot be made since something before it failed, with what failed. */
  blocked: Set<string>;
};

export async function standingOf({ tasks, state }: EngineRun): Promise<Standing> {
  const [done, failed] = [await namesIn(state, "done"), await namesIn(state, "failed")];
  const lost = tasks.filter(({ name }) => failed.has(name) && !done.has(name)).map(({ name }) =>
    name
  );
  return { done, failed: new Set(lost), blocked: blockedBy(lost, tasks) };
}

/** A sentence for each task that failed, and one for what hangs on it. */
export async function failuresOf(run: EngineRun, { failed, blocked }: Standing): Promise<string[]> {
  const sentences: string[] = [];
  for (const name of failed) sentences.push(await failureOf(run.state, name));
  const waiting = blocked.size - failed.size;
  if (waiting > 0) sentences.push(`${waiting} more not made, since what they need failed`);
  return sentences;
}
