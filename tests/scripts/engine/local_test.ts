// Tasks of nothing, as processes of this machine: what is made, what is left out after a failure, and what a second run does.
import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import type { EngineRun } from "../../../scripts/engine/engine.ts";
import { countsText } from "../../../scripts/engine/follow.ts";
import { identity } from "../../../scripts/engine/identity.ts";
import { runLocal, threadsOf } from "../../../scripts/engine/local.ts";
import { expectAdapter, forget } from "../../../scripts/engine/state.ts";
import { inFolder } from "../../util.ts";

const TASKS = [
  { name: "first", needs: [] },
  { name: "x/left", needs: ["first"] },
  { name: "x/right", needs: ["first"] },
  { name: "x/after", needs: ["x/left"] },
  { name: "report", needs: ["x/after", "x/right"] },
];

/** Each task writes its name into a list; `x/left` fails while a file says so. */
function runIn(folder: string): EngineRun & { shown: string[]; ran: () => Promise<string[]> } {
  const list = join(folder, "the list"), shown: string[] = [];
  const script =
    'echo "$1" >>"$2"; if [ "$1" = x/left ] && [ -e "$2.bad" ]; then echo no; exit 3; fi';
  return {
    tasks: TASKS,
    state: join(folder, "state"),
    command: (name) => ["sh", "-c", script, "sh", name, list],
    follow: { show: (counts) => shown.push(countsText(counts)), finish() {} },
    shown,
    ran: async () => (await Deno.readTextFile(list)).trim().split("\n"),
  };
}

Deno.test("local processes make tasks in order, each once, and a second run nothing", () =>
  inFolder(async (folder) => {
    const run = runIn(folder);
    assertEquals(await runLocal(run, { jobs: 2 }), []);
    const ran = await run.ran();
    assertEquals([ran[0], ran.at(-1), ran.length], ["first", "report", 5]);
    assertEquals(run.shown[0], "0 of 5 tasks done, 1 run, 4 wait");
    assertEquals(run.shown.at(-1), "5 of 5 tasks done, 0 run, 0 wait");
    assertEquals(await runLocal(run, { jobs: 2 }), []);
    assertEquals((await run.ran()).length, 5);
    await forget(run.state, "report");
    assertEquals(await runLocal(run, { jobs: 2 }), []);
    assertEquals((await run.ran()).slice(5), ["report"]);
  }));

Deno.test("a task that fails keeps what needs it from being made, and nothing else; it is tried again", () =>
  inFolder(async (folder) => {
    const run = runIn(folder), bad = join(folder, "the list.bad");
    await Deno.writeTextFile(bad, "");
    const failures = await runLocal(run, { jobs: 4 });
    assertEquals((await run.ran()).sort(), ["first", "x/left", "x/right"]);
    assertEquals(failures.length, 2);
    assertStringIncludes(failures[0], "task x/left ended with exit code 3: no (");
    assertStringIncludes(failures[1], "2 more not made");
    await Deno.remove(bad);
    assertEquals(await runLocal(run, { jobs: 4 }), []);
    assertEquals((await run.ran()).slice(3), ["x/left", "x/after", "report"]);
  }));

Deno.test("a task on another adapter than the first one is refused", () =>
  inFolder(async (folder) => {
    await expectAdapter(folder, "A");
    await expectAdapter(folder, "A");
    const error = await assertRejects(() => expectAdapter(folder, "B")) as Error;
    assertStringIncludes(error.message, 'expected the adapter of all others, "A", but found "B"');
  }));

Deno.test("other words, a changed file or other code are another list of tasks", () =>
  inFolder(async (folder) => {
    for (const name of ["lib", "kernels"]) await Deno.mkdir(join(folder, name));
    const code = join(folder, "lib", "a.ts"), file = join(folder, "corpus.txt");
    await Deno.writeTextFile(code, "1");
    await Deno.writeTextFile(file, "once");
    const of = (words: string[]) => identity(words, { root: folder, files: [file] });
    const first = await of(["a"]);
    assertEquals(await of(["a"]), first);
    const others = [await of(["b"])];
    await Deno.writeTextFile(file, "once more");
    others.push(await of(["a"]));
    await Deno.writeTextFile(code, "2");
    others.push(await of(["a"]));
    assertEquals(new Set([first, ...others]).size, 4);
  }));

Deno.test("processes share the cores of a CPU adapter, unless the environment says how", () => {
  const said = Deno.env.get("LP_NUM_THREADS");
  try {
    Deno.env.delete("LP_NUM_THREADS");
    const of = (cores: number, running: number) => threadsOf(cores, running).LP_NUM_THREADS;
    assertEquals([of(8, 1), of(8, 3), of(2, 4)], ["8", "2", "1"]);
    Deno.env.set("LP_NUM_THREADS", "5");
    assertEquals(threadsOf(8, 2), {});
  } finally {
    if (said === undefined) Deno.env.delete("LP_NUM_THREADS");
    else Deno.env.set("LP_NUM_THREADS", said);
  }
});
