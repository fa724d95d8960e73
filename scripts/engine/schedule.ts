/**
 * How long tasks take on so many machines: list scheduling, each machine takes the ready task with
 * the longest path behind it (Graham 1966, "Bounds for certain multiprocessing anomalies"; Adam,
 * Chandy and Dickson 1974, "A comparison of list schedules", HLFET).
 * @module
 */
import type { Task } from "./task.ts";

/** Seconds from each task's begin to the end of all that hangs on it, on as many machines as wanted. */
export function pathSeconds(
  tasks: readonly Task[],
  seconds: (name: string) => number,
): Map<string, number> {
  const behind = new Map<string, number>(), path = new Map<string, number>();
  for (const { name, needs } of tasks.toReversed()) {
    const own = seconds(name) + (behind.get(name) ?? 0);
    path.set(name, own);
    for (const need of needs) behind.set(need, Math.max(behind.get(need) ?? 0, own));
  }
  return path;
}

/** Tasks by their path, the longest first; equal ones as they stand in the list. */
export function byPath(
  tasks: readonly Task[],
  seconds: (name: string) => number = () => 1,
): Task[] {
  const path = pathSeconds(tasks, seconds);
  return tasks.toSorted((a, b) => path.get(b.name)! - path.get(a.name)!);
}

/** Seconds until all are done on `machines`, which do one task at a time. */
export function scheduleSeconds(
  tasks: readonly Task[],
  seconds: (name: string) => number,
  machines: number,
): number {
  const waiting = byPath(tasks, seconds), done = new Set<string>();
  let running: { name: string; end: number }[] = [], now = 0;
  while (waiting.length > 0 || running.length > 0) {
    for (let i = 0; i < waiting.length && running.length < machines;) {
      const { name, needs } = waiting[i];
      if (needs.every((need) => done.has(need))) {
        running.push({ name, end: now + seconds(name) });
        waiting.splice(i, 1);
      } else i++;
    }
    now = running.reduce((first, { end }) => Math.min(first, end), Infinity);
    for (const { name, end } of running) if (end <= now) done.add(name);
    running = running.filter(({ end }) => end > now);
  }
  return now;
}
