import { assertEquals } from "@std/assert";
import { liveProgress, type Show } from "../../lib/plot/live_progress.ts";

/** What was shown, in order; each display takes a while, as over a kernel's socket. */
function recorder() {
  const shown: { text: string; id: string; update: boolean }[] = [];
  const show: Show = async (bundle, { display_id, update }) => {
    await new Promise((resolve) => setTimeout(resolve, 1));
    shown.push({ text: bundle["text/plain"], id: display_id, update });
  };
  return { shown, show };
}

Deno.test("liveProgress() shows one line a phase and updates it with the mean of the steps", async () => {
  const { shown, show } = recorder();
  const progress = liveProgress({ show });
  progress.onPhase("lm-base", 8);
  progress.onLog("lm-base", [{ step: 1, metrics: { cross_entropy: 4, L0: 9 } }, {
    step: 2,
    metrics: { cross_entropy: 2, L0: 9 },
  }]);
  progress.onLog("lm-base", [{ step: 8, metrics: { cross_entropy: 1, L0: 9 } }]);
  progress.onPhase("measures", 0);
  await progress.done();
  const bar = (filled: number) => "█".repeat(filled) + "░".repeat(24 - filled);
  assertEquals(shown.map(({ text, update }) => [text, update]), [
    [`lm-base  ${bar(0)}  0 of 8`, false],
    [`lm-base  ${bar(6)}  2 of 8, cross entropy 3.000, L0 9.000`, true],
    [`lm-base  ${bar(24)}  8 of 8, cross entropy 1.000, L0 9.000`, true],
    ["measures", false],
  ]);
  const ids = shown.map(({ id }) => id);
  assertEquals([ids[1], ids[2]], [ids[0], ids[0]]);
  assertEquals(new Set(ids).size, 2);
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

Deno.test("liveProgress() spread into options gives the callbacks alone", () => {
  assertEquals(Object.keys({ ...liveProgress() }), ["onPhase", "onLog"]);
});

Deno.test("liveProgress() shows steps that nobody announced, and steps beyond those announced", async () => {
  const { shown, show } = recorder();
  const progress = liveProgress({ show });
  progress.onLog("x", [{ step: 3, metrics: { loss: 1 } }]);
  progress.onPhase("y", 2);
  progress.onLog("y", [{ step: 3, metrics: { loss: 1 } }]);
  await progress.done();
  assertEquals(shown.map(({ text, update }) => [text, update]), [
    ["x  step 3, loss 1.000", false],
    [`y  ${"░".repeat(24)}  0 of 2`, false],
    [`y  ${"█".repeat(24)}  3 of 2, loss 1.000`, true],
  ]);
});
