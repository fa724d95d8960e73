import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { liveProgress, type Show } from "../../../lib/plot/notebook/live_progress.ts";

/** What was shown, in order; each display takes a while, as over a kernel's socket. */
function recorder() {
  const shown: { text: string; id: string; update: boolean }[] = [];
  const show: Show = async (bundle, { display_id, update }) => {
    await new Promise((resolve) => setTimeout(resolve, 1));
    shown.push({ text: bundle["text/plain"], id: display_id, update });
  };
  return { shown, show };
}

/** A clock that is told the time. */
function clock() {
  const time = { seconds: 0 };
  return { time, now: () => 1000 * time.seconds };
}

const bar = (filled: number) => "█".repeat(filled) + "░".repeat(24 - filled);

Deno.test("liveProgress() updates one line with the mean of the steps, the rate and the time left", async () => {
  const { shown, show } = recorder(), { time, now } = clock();
  const progress = liveProgress({ show, now });
  progress.onPhase("lm-base", 8);
  time.seconds = 0.5;
  progress.onLog("lm-base", [{ step: 1, metrics: { cross_entropy: 4, L0: 9 } }, {
    step: 2,
    metrics: { cross_entropy: 2, L0: 9 },
  }]);
  time.seconds = 100;
  progress.onLog("lm-base", [{ step: 8, metrics: { cross_entropy: 1, L0: 9 } }]);
  progress.onPhase("measures", 0);
  await progress.done();
  assertEquals(shown.map(({ text, update }) => [text, update]), [
    [`lm-base  ${bar(0)}  0 of 8`, false],
    [
      `lm-base  ${bar(6)}  2 of 8, cross entropy 3.000, L0 9.000, 4 steps a second, 2 s left`,
      true,
    ],
    [
      `lm-base  ${bar(24)}  8 of 8, cross entropy 1.000, L0 9.000, 0.08 steps a second, 1 min 40 s`,
      true,
    ],
    ["measures", true],
  ]);
  assertEquals(new Set(shown.map(({ id }) => id)).size, 1);
});

Deno.test("liveProgress() counts no steps of an earlier process into the rate", async () => {
  const { shown, show } = recorder(), { time, now } = clock();
  const progress = liveProgress({ show, now });
  progress.onPhase("x", 100);
  time.seconds = 1;
  progress.onLog("x", [{ step: 90, metrics: { loss: 1 } }], true);
  time.seconds = 2;
  progress.onLog("x", [{ step: 92, metrics: { loss: 1 } }]);
  await progress.done();
  assertEquals(shown[1].text, `x  ${bar(22)}  90 of 100, loss 1.000`);
  assertStringIncludes(shown[2].text, ", 2 steps a second, 4 s left");
});

Deno.test("liveProgress() of two cells never shares a line", async () => {
  const { shown, show } = recorder();
  for (const progress of [liveProgress({ show }), liveProgress({ show })]) {
    progress.onPhase("crosscoder", 1);
    await progress.done();
  }
  assertEquals(new Set(shown.map(({ id }) => id)).size, 2);
});

Deno.test("liveProgress() describes metrics as it is told", async () => {
  const { shown, show } = recorder();
  const progress = liveProgress({ show, describe: ({ a, b }) => `${a} and ${b}` });
  progress.onPhase("x", 1);
  progress.onLog("x", [{ step: 1, metrics: { a: 1, b: 2 } }]);
  await progress.done();
  assertEquals(shown[1].text.split(", ")[1], "1 and 2");
});

Deno.test("liveProgress() spread into options gives what trains takes alone", async () => {
  const progress = liveProgress();
  assertEquals(Object.keys({ ...progress }), ["onPhase", "onLog", "signal"]);
  await progress.done();
});

Deno.test("liveProgress() shows steps that nobody announced, and steps beyond those announced", async () => {
  const { shown, show } = recorder(), { now } = clock();
  const progress = liveProgress({ show, now });
  progress.onLog("x", [{ step: 3, metrics: { loss: 1 } }]);
  const { onLog } = progress.follow("y", 2);
  onLog([{ step: 3, metrics: { loss: 1 } }]);
  await progress.done();
  assertEquals(shown.map(({ text, update }) => [text, update]), [
    ["x  step 3, loss 1.000", false],
    [`y  ${bar(0)}  0 of 2`, true],
    [`y  ${bar(24)}  3 of 2, loss 1.000`, true],
  ]);
});

Deno.test("liveProgress() at the end of a cell shows a curve of each metric", async () => {
  const { show } = recorder();
  const progress = liveProgress({ show });
  const displayed = (progress as unknown as Record<symbol, () => Promise<Record<string, unknown>>>)[
    Symbol.for("Jupyter.display")
  ];
  assertEquals(await displayed(), { "text/plain": "nothing was logged yet" });
  const steps = Array.from({ length: 1000 }, (_, i) => ({
    step: i + 1,
    metrics: { cross_entropy: 1 / (i + 1), L0: 9 },
  }));
  progress.onLog("lm-base", steps.slice(0, 600));
  progress.onLog("lm-base", steps.slice(600));
  await progress.done();
  const bundle = await displayed();
  assertEquals(bundle["text/plain"], "Training of lm-base");
  const { concat } = bundle["application/vnd.vegalite.v5+json"] as {
    concat: { title: { text: string }; data: { values: { x: number; y: number }[] } }[];
  };
  assertEquals(concat.map(({ title }) => title.text), ["cross entropy", "L0"]);
  const [{ data: { values } }] = concat;
  assertEquals([values.length, values[0].x, values.at(-1)!.x], [200, 5, 1000]);
  assert(Math.abs(values[0].y - (1 + 1 / 2 + 1 / 3 + 1 / 4 + 1 / 5) / 5) < 1e-12);
});
