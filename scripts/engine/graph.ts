/**
 * All tasks of a command: the adapter first, each system's with a report of what is finished, and the
 * report of all, which finds everything.
 * @module
 */
import type { Seconds } from "../../lib/gpu/card_time.ts";
import type { Gpu } from "../../lib/gpu/gpu.ts";
import type { Timing } from "../plan_timing.ts";
import type { System, TaskOptions } from "../system.ts";
import { checkTasks, lastTasks, type Task } from "./task.ts";

/** Tasks that belong to no system. */
export const ADAPTER = "adapter", REPORT = "report";

/** The systems that a task writes the report of; nothing where it writes none. */
export function reportedBy(name: string, systems: readonly System[]): System[] | undefined {
  const one = systems.filter(({ id }) => name === `${id}/${REPORT}`);
  return name === REPORT ? [...systems] : one.length > 0 ? one : undefined;
}

export async function tasksOf(
  systems: readonly System[],
  options: TaskOptions,
): Promise<Task[]> {
  const tasks: Task[] = [{ name: ADAPTER, needs: [] }];
  for (const { id, tasks: own } of systems) {
    const first = tasks.length;
    for (const { name, needs } of await own.list(options)) {
      const before = needs.length === 0 ? [ADAPTER] : needs.map((need) => `${id}/${need}`);
      tasks.push({ name: `${id}/${name}`, needs: before });
    }
    const last = lastTasks(tasks.slice(first));
    if (systems.length > 1) tasks.push({ name: `${id}/${REPORT}`, needs: last });
  }
  tasks.push({ name: REPORT, needs: lastTasks(tasks) });
  checkTasks(tasks);
  return tasks;
}

/** Predicted seconds by a task's name; nothing for the adapter and the reports, which nobody predicts. */
export async function secondsOf(
  gpu: Gpu,
  systems: readonly System[],
  options: TaskOptions & { timing: Timing },
): Promise<Map<string, Seconds>> {
  const all = new Map<string, Seconds>();
  for (const { id, tasks } of systems) {
    for (const [name, seconds] of await tasks.seconds(gpu, options)) {
      all.set(`${id}/${name}`, seconds);
    }
  }
  return all;
}
