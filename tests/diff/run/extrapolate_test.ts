import { assert, assertEquals } from "@std/assert";
import { wholeCoder, wholeModel } from "../../../lib/diff/run/extrapolate.ts";
import { phaseClock } from "../../../lib/diff/run/phase_clock.ts";
import { stagewiseSettings } from "../../../lib/diff/settings/presets.ts";
import { rehearseParts } from "../../../lib/diff/run/rehearsed_parts.ts";
import { rehearsalSettings } from "../../../lib/diff/run/rehearsal_settings.ts";
import { devices } from "../../tensor/gpu_util.ts";

const whole = stagewiseSettings("paper", { grammar: true });
const few = rehearsalSettings(whole, () => 30); // 2 steps, 16 sequences

Deno.test("wholeModel() adds the steps that are missing, and their further micro-batches", () => {
  const { ft1 } = whole;
  assertEquals([ft1.batch, ft1.micro, few.ft1.batch, few.ft1.micro], [64, 16, 16, 16]);
  const phase = { name: "lm-ft1", steps: 2, seconds: 30, cpu: 40, peak: 7, perStep: 10 };
  const { seconds, done, memory, ...rest } = wholeModel(phase, { few, whole });
  assertEquals([seconds, done, rest.whole, memory], [30 + (4 * 2000 - 2) * 10, 2, 2000, 7]);
  const base = { ...phase, name: "lm-base", steps: 0, perStep: undefined };
  const once = wholeModel(base, { few, whole });
  assertEquals([once.seconds, once.whole, once.unit], [30, 1, "times"]);
});

Deno.test("wholeCoder() adds steps, sequences and what a whole pool holds", () => {
  const harvest = { perSequence: 0.5, bytes: 1000 };
  const phase = { name: "coder-S", steps: 2, seconds: 20, cpu: 30, peak: 5, perStep: 3 };
  const S = wholeCoder(phase, { few, whole, harvest });
  assertEquals(S.seconds, 20 + 3 * (50_000 - 2) + 0.5 * (100_000 - 16));
  assertEquals(S.memory, 5 + 1000 * (4096 - 16));
  const D = wholeCoder({ ...phase, name: "coder-D" }, { few, whole, harvest });
  assertEquals(D.seconds, 20 + 3 * (10_000 - 2) + 0.5 * (20_000 - 16));
});

Deno.test("rehearseParts() adds what more takes than was looked at, and what is loaded first", async () => {
  const [{ gpu }] = devices, asked: number[] = [];
  const work = (n: number) => {
    asked.push(n);
    return new Promise((done) => setTimeout(done, 50 + 5 * n));
  };
  const loading = { name: "", steps: 0, seconds: 3, cpu: 1, peak: 0 };
  const parts = [{ n: 100, first: 2, work }, { n: 5, first: 1, most: 1, times: 2, work }];
  const { seconds, took, ...rest } = await rehearseParts(gpu, "sets", { loading, loads: 2, parts });
  assertEquals(asked, [2, 16, 64, 1, 1]); // once more, since the first time compiles, and on more passes
  assertEquals([rest.name, rest.done, rest.whole], ["sets", 16, 100]);
  // of the first part 50 ms come once; of the second all comes each time
  const [own, again] = [2 * 3 + 0.05 + 100 * 0.005 + 10 * 0.055, 3 + 0.05 * 5 + 84 * 0.005];
  assert(seconds >= own - 0.1 && seconds < own + 1, `${seconds}`);
  assert(took >= again && took < again + 1, `${took}`);
});

Deno.test("phaseClock() counts steps from the first look at the log, and phases one by one", async () => {
  const [{ gpu }] = devices, clock = phaseClock(gpu);
  const look = (step: number) => clock.onLog("a", [{ step, metrics: {}, gradNorm: 0 }]);
  const wait = (ms: number) => new Promise((done) => setTimeout(done, ms));
  clock.onPhase("a", 9);
  await wait(100); // compiling
  look(1);
  await wait(40);
  look(5);
  clock.onPhase("b", 0);
  const [a, b] = clock.finish();
  assertEquals([a.name, a.steps, b.name, b.perStep], ["a", 9, "b", undefined]);
  const between = 4 * a.perStep!;
  assertEquals([between > 0.039, between < a.seconds - 0.099], [true, true]);
});
