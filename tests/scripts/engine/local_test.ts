// Tasks of nothing, as processes of this machine: what is made, what is left out after a failure, and what a second run does.
import { assertEquals, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import { join } from "node:path";
import type { EngineRun } from "../../../scripts/engine/engine.ts";
import { countsText } from "../../../scripts/engine/follow.ts";
import { identity } from "../../../scripts/engine/identity.ts";
import { ownCores, shareOfCores } from "../../../scripts/engine/cores.ts";
import { runLocal } from "../../../scripts/engine/local.ts";
import { expectAdapter, expectState, forget, openState } from "../../../scripts/engine/state.ts";
import { inFolder } from "../../util.ts";
import { until } from "./slurm_cluster.ts";

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

Deno.test("a signal ends an engine and all its processes, and a second start makes what is missing", () =>
  inFolder(async (folder) => {
    const program = new URL("./stopped_engine.ts", import.meta.url).href;
    const start = () =>
      new Deno.Command(Deno.execPath(), {
        args: ["run", "--no-check", "--no-prompt", "--allow-read", "--allow-write", "--allow-env"]
          .concat("--allow-run=sh", program, folder),
        stderr: "piped",
      });
    for (const [signal, code] of [["SIGTERM", 143], ["SIGINT", 130]] as const) {
      const child = start().spawn(), processes = join(folder, signal);
      await Deno.writeTextFile(join(folder, "wait"), processes);
      await until("both tasks", async () => (await lines(processes)).length === 2);
      child.kill(signal);
      const output = await child.output(), said = new TextDecoder().decode(output.stderr);
      assertEquals(output.code, code, said);
      assertStringIncludes(said, `Stopped by ${signal}: what was finished is kept`);
      for (const pid of await lines(processes)) {
        assertEquals(await Deno.stat(`/proc/${pid}`).catch(() => "gone"), "gone", pid);
      }
      assertEquals([...Deno.readDirSync(join(folder, "state", "failed"))], []);
    }
    await Deno.remove(join(folder, "wait"));
    const { code } = await start().output();
    assertEquals([code, (await lines(join(folder, "made"))).sort()], [0, ["left", "right"]]);
  }));

async function lines(path: string): Promise<string[]> {
  return (await Deno.readTextFile(path).catch(() => "")).split("\n").filter((line) => line !== "");
}

Deno.test("a task on another adapter than the first one is refused", () =>
  inFolder(async (folder) => {
    await expectAdapter(folder, "A");
    await expectAdapter(folder, "A");
    const error = await assertRejects(() => expectAdapter(folder, "B")) as Error;
    assertStringIncludes(error.message, 'expected the adapter of all others, "A", but found "B"');
    const path = join(folder, "adapter.json"); // nothing, as a full disk or a lost machine leaves it
    await Deno.writeTextFile(path, "");
    await expectAdapter(folder, "A");
    await assertRejects(() => expectAdapter(folder, "B"), Error, 'adapter of all others, "A"');
  }));

Deno.test("a task without notes of an engine is refused", () =>
  inFolder(async (folder) => {
    const nowhere = join(folder, "nowhere");
    const error = await assertRejects(() => expectState(nowhere)) as Error;
    assertStringIncludes(error.message, "expected --state to be a folder that --engine made");
    assertEquals([...Deno.readDirSync(folder)], []);
    await openState(nowhere);
    await expectState(nowhere);
  }));

Deno.test("other words, other bytes or other code are another list of tasks, times of files are not", () =>
  inFolder(async (folder) => {
    for (const name of ["lib", "kernels"]) await Deno.mkdir(join(folder, name));
    const code = join(folder, "lib", "a.ts"), file = join(folder, "corpus.parquet");
    const model = join(folder, "model"), weights = join(model, "model.safetensors");
    await Deno.mkdir(model);
    await Deno.writeTextFile(code, "1");
    await Deno.writeTextFile(file, "once");
    await Deno.writeTextFile(weights, "1.5");
    const files = [`${file}#story`, model, "hf:a/b"];
    const of = (words: string[]) => identity(words, { root: folder, files });
    const first = await of(["a"]);
    for (const path of [file, weights, model]) await Deno.utime(path, 1, 1);
    assertEquals(await of(["a"]), first);
    const others = [await of(["b"])];
    for (const [path, text] of [[file, "ONCE"], [weights, "2.5"]]) {
      await Deno.writeTextFile(path, text); // as long as before
      await Deno.utime(path, 1, 1);
      others.push(await of(["a"]));
    }
    await Deno.writeTextFile(code, "2");
    others.push(await of(["a"]));
    assertEquals(new Set([first, ...others]).size, 5);
  }));

Deno.test("processes share the cores, unless the environment says how", () => {
  const names = ["LP_NUM_THREADS", "CROSSLAB_CORES"],
    said = names.map((name) => Deno.env.get(name));
  try {
    for (const name of names) Deno.env.delete(name);
    for (const [cores, running, share] of [[8, 1, "8"], [8, 3, "2"], [2, 4, "1"]] as const) {
      assertEquals(shareOfCores(cores, running), { CROSSLAB_CORES: share, LP_NUM_THREADS: share });
    }
    assertEquals(ownCores(), undefined);
    Deno.env.set("LP_NUM_THREADS", "5");
    assertEquals(shareOfCores(8, 2), { CROSSLAB_CORES: "4" });
    Deno.env.set("CROSSLAB_CORES", "3");
    assertEquals([shareOfCores(8, 2), ownCores()], [{}, 3]);
    Deno.env.set("CROSSLAB_CORES", "many");
    assertThrows(ownCores, RangeError, "CROSSLAB_CORES");
  } finally {
    for (const [i, name] of names.entries()) {
      if (said[i] === undefined) Deno.env.delete(name);
      else Deno.env.set(name, said[i]);
    }
  }
});
