// Executes notebooks/stagewise.ipynb with a real Jupyter client on a run of a few seconds. Without a Python that has
// one, the tests that need it skip.
import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import { runChild } from "../children/child.ts";
import {
  bundles,
  cellWith,
  checkFigure,
  CHECKOUT,
  type ExecutedCell,
  executeNotebook,
  jupyterPython,
} from "./kernel.ts";

const NOTEBOOK = "stagewise.ipynb";
const python = await jupyterPython();
const ignore = python === undefined;

Deno.test({
  name: "stagewise.ipynb draws the scatter, shows a latent and trains with live progress",
  ignore,
  async fn() {
    const out = await Deno.makeTempDir({ prefix: "crosslab-notebook-" });
    try {
      const run = await runChild("tiny_run.ts", [join(out, "cache"), join(out, "smoke"), "0"]);
      assertEquals(run.code, 0, run.stderr);
      const where = JSON.stringify({ out, presets: ["smoke"] });
      const cells = await executeNotebook(python!, NOTEBOOK, {
        cwd: join(CHECKOUT, "notebooks"),
        parameters: `const where = ${where}; const training = { d_sae: 32, steps: 320 };`,
      });
      const [summary] = bundles(cellWith(cells, "openRun("));
      assertMatch(summary["text/html"], /<td>preset, seed<\/td><td>smoke, 0<\/td>/);
      checkFigure(bundles(cellWith(cells, "rotationScatter("))[0], "Latents that turned");
      const [latent] = bundles(cellWith(cells, "latentView("));
      assertEquals(
        [...latent["text/html"].matchAll(/<tr><td>(\w+)<\/td>/g)].map(([, stage]) => stage),
        ["S", "D", "M", "DF", "MF"],
      );
      checkProgress(cellWith(cells, "fitCrosscoder("));
      const [quality] = bundles(cellWith(cells, "evaluateCoder("));
      const fvu = [...quality["text/html"].matchAll(/FVU at [\w.]+<\/td><td>([\d.]+)/g)];
      assertEquals(fvu.length, 3); // one residual stream before, one after each of the two blocks
      for (const [, value] of fvu) assert(Number(value) < 0.5, `FVU ${value}`);
    } finally {
      await Deno.remove(out, { recursive: true });
    }
  },
});

/** One display, updated while the cell runs, whose losses fall. */
function checkProgress({ messages }: ExecutedCell): void {
  assertEquals(messages.map(({ type }) => type), [
    "display_data",
    ...Array(5).fill("update_display_data"),
  ]);
  const ids = new Set(messages.map(({ content }) => content.transient.display_id));
  assertEquals(ids.size, 1);
  const lines = messages.map(({ content }): string => content.data["text/plain"]);
  assertMatch(lines[0], /^crosscoder {2}░+ {2}0 of 320$/);
  assertMatch(
    lines[5],
    /^crosscoder {2}█+ {2}320 of 320, loss [\d.]+, squared error [\d.]+, sparsity [\d.]+, pre activation [\d.]+, L0 [\d.]+$/,
  );
  const losses = lines.slice(1).map((line) => Number(/loss ([\d.]+)/.exec(line)![1]));
  for (let i = 1; i < losses.length; i++) assert(losses[i] < losses[i - 1], `losses ${losses}`);
  assert(messages[5].seconds > messages[1].seconds, "lines come while the training runs");
}

Deno.test({
  name: "stagewise.ipynb finds crosslab from the checkout's top as well",
  ignore,
  async fn() {
    const cells = await executeNotebook(python!, NOTEBOOK, { cwd: CHECKOUT, cells: 1 });
    assertMatch(cells[0].source, /from "crosslab"/);
    assertEquals(cells[0].messages, []);
  },
});
