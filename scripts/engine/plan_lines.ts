/** `--plan --engine`: the tasks, what each needs, how long it takes, and how long all take. @module */
import type { Seconds } from "../../lib/gpu/card_time.ts";
import { alignRows, range } from "../plan_text.ts";
import { scheduleSeconds } from "./schedule.ts";
import type { Task } from "./task.ts";

const MACHINES = [1, 10, 100];

/** Most names of needs in a line. */
const NAMED = 3;

/** A line a task, then one for one machine, ten and a hundred. */
export function planLines(
  tasks: readonly Task[],
  seconds: ReadonlyMap<string, Seconds>,
): string[] {
  const of = (end: keyof Seconds) => (name: string) => seconds.get(name)?.[end] ?? 0;
  const rows = tasks.map(({ name, needs }) => {
    const own = seconds.get(name), more = needs.length - NAMED;
    const after = needs.slice(0, NAMED).join(", ") + (more > 0 ? ` and ${more} more` : "");
    return [name, own ? range(own) : "", after && `after ${after}`];
  });
  const whole = MACHINES.map((machines) => {
    const [low, high] = (["low", "high"] as const).map((end) =>
      scheduleSeconds(tasks, of(end), machines)
    );
    return `${range({ low, high })} on ${machines === 1 ? "one machine" : `${machines} machines`}`;
  });
  return [
    ...alignRows([["task", "time"], ...rows.map(([name, time]) => [name, time])])
      .map((line, i) => i === 0 || !rows[i - 1][2] ? line : `${line}  ${rows[i - 1][2]}`),
    `${tasks.length} tasks: ${
      whole.join(", ")
    }. Each machine does one task at a time, the longest path ` +
    "first; tasks without a time, starting processes and text preparation come on top.",
  ];
}
