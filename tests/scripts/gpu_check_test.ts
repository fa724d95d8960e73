// deno task gpu-check: how parts are run and written down; what they measure is tested where it is made.
import {
  assert,
  assertEquals,
  assertMatch,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { join } from "@std/path";
import { PARTS, readPhase } from "../../scripts/gpu_check/parts.ts";
import { cardOf } from "../../scripts/gpu_check/measure/predict.ts";
import { readTap } from "../../scripts/gpu_check/read_tap.ts";
import { leftOut, type PartResult } from "../../scripts/gpu_check/results.ts";
import { reasonIn, runPart } from "../../scripts/gpu_check/run_part.ts";
import { amount, checkText, writeCheck } from "../../scripts/gpu_check/write_up.ts";
import { inFolder } from "../util.ts";

/** What is heard of a part that is this program, from first to last. */
async function heard(code: string, seconds = 20): Promise<PartResult[]> {
  const results: PartResult[] = [];
  const scratch = await Deno.makeTempDir();
  await inFolder((folder) =>
    runPart({
      name: "own",
      title: "Own",
      share: 1,
      program: () => Promise.resolve({ args: ["eval", "--no-lock", code], scratch }),
      read: (line) => line.startsWith("{") ? JSON.parse(line) : undefined,
    }, {
      seconds,
      log: join(folder, "own.log"),
      onResult: (result) => Promise.resolve(void results.push(structuredClone(result))),
    })
  );
  await assertRejects(() => Deno.stat(scratch), Deno.errors.NotFound);
  return results;
}

Deno.test("runPart() collects rows, and says why a part failed", async () => {
  const found = await heard(`
    console.log('{"name":"a","measured":1}');
    console.log("words");
    console.error("error: Cannot measure b: expected c but found d: do e");
    Deno.exit(1);`);
  assertEquals(found[0].state, "running");
  const { state, reason, rows } = found.at(-1)!;
  assertEquals(state, "failed");
  assertEquals(reason, "Cannot measure b: expected c but found d: do e");
  assertEquals(rows, [{ name: "a", measured: 1 }]);
});

Deno.test("runPart() stops a part at its limit and keeps what it had found", async () => {
  const found = await heard(
    `console.log('{"name":"early","measured":2}'); setTimeout(() => {}, 60_000);`,
    1.5,
  );
  const last = found.at(-1)!;
  assertEquals([last.state, last.rows.map(({ name }) => name)], ["stopped", ["early"]]);
  assert(last.seconds < 20);
  assert(
    found.some(({ state, rows }) => state === "running" && rows.length === 1),
    "told on the way",
  );
});

Deno.test("runPart() goes on after a part whose program is not there", async () => {
  const results: PartResult[] = [];
  await inFolder((folder) =>
    runPart({
      name: "gone",
      title: "Gone",
      share: 1,
      program: () =>
        Promise.reject(new Error("Cannot start: expected a file but found none: make it")),
      read: () => undefined,
    }, {
      seconds: 5,
      log: join(folder, "gone.log"),
      onResult: (result) => Promise.resolve(void results.push(result)),
    })
  );
  assertEquals(results.at(-1)!.reason, "Cannot start: expected a file but found none: make it");
});

Deno.test("a check is written with what was predicted beside what was found", async () => {
  await inFolder(async (folder) => {
    const done: PartResult = {
      name: "products",
      title: "Products",
      state: "done",
      seconds: 3,
      rows: [
        {
          group: "NN",
          name: "tiled|64",
          predicted: 2e12,
          measured: 1e12,
          unit: "FLOP/s",
          note: "\\u001b",
        },
        { name: "wait", predicted: 0.01, measured: 0.012, unit: "s" },
        { name: "hidden", measured: 1, detail: true },
      ],
    };
    const check = { minutes: 2, deno: "2.9.6", parts: [done, leftOut(PARTS[0], "no time left")] };
    await writeCheck(folder, check);
    const text = await Deno.readTextFile(join(folder, "gpu-check.md"));
    assertStringIncludes(text, "| tiled\\|64 | 2.00 TFLOP/s | 1.00 TFLOP/s | 0.50 |");
    assertStringIncludes(text, "| wait | 10.0 ms | 12.0 ms | 1.20 |");
    assertStringIncludes(text, "1 more rows are in gpu-check.json.");
    assertStringIncludes(text, "left out (no time left)");
    assert(!text.includes("hidden"));
    assertEquals(JSON.parse(await Deno.readTextFile(join(folder, "gpu-check.json"))), check);
    assertEquals(checkText(check), text);
  });
});

Deno.test("readTap() tells a test that failed, and why", () => {
  const lines = [
    "TAP version 14",
    "ok 1 - a is b",
    "    not ok 2 - step",
    '      {"message":"Error: x\\\\nmore","severity":"fail","at":{"file":"tests/a_test.ts","line":3}}',
    "ok 3 - c # SKIP",
    "1..3",
  ].map((line) => line.replace("\\\\n", "\\n"));
  assertEquals(lines.map(readTap), [
    undefined,
    { name: "a is b", text: "ok", detail: true },
    { name: "step", text: "FAILED" },
    { name: "tests/a_test.ts:3", text: "Error: x" },
    { name: "c", text: "left out", detail: true },
    undefined,
  ]);
});

Deno.test("readPhase() reads what replicate says at the end of a phase", () => {
  const found = readPhase("train K4-v12, 2 models: 500 steps in 11.4 s");
  assertEquals(found, {
    name: "train K4-v12, 2 models",
    measured: 11.4,
    unit: "s",
    note: "500 steps",
  });
  assertEquals(readPhase("train K4-v12, 2 models: 500 steps"), undefined);
});

Deno.test("reasonIn() prefers a sentence, else gives the end, without what a terminal acts on", () => {
  assertEquals(reasonIn(["a", "error: \u001b[31mCannot x\u001b[0m", "  at b"]), "Cannot x");
  assertMatch(reasonIn(["one", "", "two\u0007"]), /^one \/ two\\u0007$/);
});

Deno.test("cardOf() knows a card by a word of its name alone", () => {
  assertEquals(cardOf("NVIDIA GeForce RTX 4090")?.name, "NVIDIA GeForce RTX 4090");
  assertEquals(cardOf("NVIDIA H200")?.name, "NVIDIA H200 SXM");
  assertEquals(cardOf("NVIDIA L40"), undefined);
  assertEquals(cardOf("llvmpipe (LLVM 15.0.6, 256 bits)"), undefined);
});

Deno.test("amount() takes a unit that suits", () => {
  assertEquals(amount(3.2e-6, "s"), "3.20 us");
  assertEquals(amount(2.5e9, "B/s"), "2.50 GB/s");
  assertEquals(amount(32), "32");
  assertEquals(amount(undefined), "");
});
