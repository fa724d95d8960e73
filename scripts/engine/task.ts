/** Work in pieces that processes make side by side, as data. @module */
import { show } from "../../lib/io/show.ts";

/**
 * One piece: a process makes it once what it needs is there, and has nothing to do where it was made
 * before. Names are letters, digits, dots and hyphens, with a system's name and a slash before them.
 */
export type Task = { name: string; needs: readonly string[] };

const NAME = /^[A-Za-z0-9][\w.-]*(\/[A-Za-z0-9][\w.-]*)?$/;

/** Throws unless every task has a name of its own and stands after all that it needs. */
export function checkTasks(tasks: readonly Task[]): void {
  const before = new Set<string>();
  for (const { name, needs } of tasks) {
    const missing = needs.find((need) => !before.has(need));
    const found = !NAME.test(name)
      ? `the name ${show(name)}`
      : before.has(name)
      ? `two tasks ${name}`
      : missing !== undefined
      ? `${name} before ${show(missing)}, which it needs`
      : undefined;
    if (found !== undefined) {
      throw new RangeError(
        `Cannot run tasks: expected names of their own, each after those that it needs, but found ${found}: ` +
          "mend the list",
      );
    }
    before.add(name);
  }
}

/** The tasks that no other one needs. */
export function lastTasks(tasks: readonly Task[]): string[] {
  const needed = new Set(tasks.flatMap(({ needs }) => needs));
  return tasks.map(({ name }) => name).filter((name) => !needed.has(name));
}

/** The tasks that cannot be made while some are not, with these. */
export function blockedBy(names: Iterable<string>, tasks: readonly Task[]): Set<string> {
  const blocked = new Set(names);
  for (const { name, needs } of tasks) {
    if (needs.some((need) => blocked.has(need))) blocked.add(name);
  }
  return blocked;
}
