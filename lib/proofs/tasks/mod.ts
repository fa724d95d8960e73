/** Every task, in the order of lists. A new one is a file here, a line below, and its check. @module */
import { nearestNames } from "../../io/nearest.ts";
import { show } from "../../io/show.ts";
import type { MaxOfKConfig } from "../max_of_k.ts";
import { argmax } from "./argmax.ts";
import { second } from "./second.ts";
import type { Task } from "./task.ts";

/** The tasks other than "max". */
export const TASKS: readonly Task[] = [argmax, second];

/** What --task may be called. */
export const TASK_NAMES: readonly string[] = ["max", ...TASKS.map(({ name }) => name)];

/**
 * The task of a name, undefined for "max". Throws for an unknown one, and where a model of these
 * sizes cannot be asked.
 */
export function taskFor(name: string, sizes: MaxOfKConfig): Task | undefined {
  if (name === "max") return undefined;
  const task = TASKS.find((one) => one.name === name);
  if (task) {
    task.check(sizes);
    return task;
  }
  throw new RangeError(
    `Cannot ask for ${show(name)}: expected one of ${TASK_NAMES.join(", ")} but found no ` +
      `such task: try ${nearestNames(`${name}`, TASK_NAMES, 1).join()}`,
  );
}
