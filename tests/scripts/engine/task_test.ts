import { assert, assertEquals, assertThrows } from "@std/assert";
import { planLines } from "../../../scripts/engine/plan_lines.ts";
import { byPath, pathSeconds, scheduleSeconds } from "../../../scripts/engine/schedule.ts";
import { blockedBy, checkTasks, lastTasks, type Task } from "../../../scripts/engine/task.ts";

/** a, then b and c, then d; e alone. */
const TASKS: Task[] = [
  { name: "a", needs: [] },
  { name: "b", needs: ["a"] },
  { name: "c", needs: ["a"] },
  { name: "x/d", needs: ["b", "c"] },
  { name: "e", needs: [] },
];
const SECONDS: Record<string, number> = { a: 1, b: 5, c: 2, "x/d": 3, e: 4 };
const seconds = (name: string) => SECONDS[name];

Deno.test("tasks that are no list of their own are refused", () => {
  checkTasks(TASKS);
  const wrong: [Task[], string][] = [
    [[{ name: "b", needs: ["a"] }, { name: "a", needs: [] }], 'found b before "a"'],
    [[{ name: "a", needs: [] }, { name: "a", needs: [] }], "found two tasks a"],
    [[{ name: "a; rm -r", needs: [] }], 'found the name "a; rm -r"'],
    [[{ name: "../a", needs: [] }], "found the name"],
  ];
  for (const [tasks, found] of wrong) assertThrows(() => checkTasks(tasks), RangeError, found);
});

Deno.test("what hangs on a task is found, and what nothing hangs on", () => {
  assertEquals([...blockedBy(["c"], TASKS)], ["c", "x/d"]);
  assertEquals(lastTasks(TASKS), ["x/d", "e"]);
});

Deno.test("the longest path goes first, and machines wait for what tasks need", () => {
  assertEquals(Object.fromEntries(pathSeconds(TASKS, seconds)), {
    ...{ a: 9, b: 8, c: 5, "x/d": 3, e: 4 },
  });
  assertEquals(byPath(TASKS, seconds).map(({ name }) => name), ["a", "b", "c", "e", "x/d"]);
  assertEquals(scheduleSeconds(TASKS, seconds, 1), 15);
  assertEquals(scheduleSeconds(TASKS, seconds, 2), 9); // a e | b c | d: the path itself
  assertEquals(scheduleSeconds(TASKS, seconds, 100), 9);
  // Independent pieces: 4 on 3 machines take two rounds.
  const four = ["p", "q", "r", "s"].map((name) => ({ name, needs: [] }));
  assertEquals([1, 3, 4].map((n) => scheduleSeconds(four, () => 2, n)), [8, 4, 2]);
  assertEquals(scheduleSeconds([], seconds, 3), 0);
});

Deno.test("the plan names each task with its time and needs, and what machines take", () => {
  const times = new Map(
    TASKS.map(({ name }) => [name, { low: seconds(name), high: seconds(name) }]),
  );
  times.delete("e");
  const lines = planLines(TASKS, times);
  assertEquals(lines.length, 1 + TASKS.length + 1);
  assert(/^x\/d +3\.0 s {2}after b, c$/.test(lines[4]), lines[4]);
  assert(/^e +$/.test(lines[5]), "nobody predicts it");
  assert(
    lines[6].startsWith("5 tasks: 11.0 s on one machine, 9.0 s on 10 machines, 9.0 s on 100"),
    lines[6],
  );
});
