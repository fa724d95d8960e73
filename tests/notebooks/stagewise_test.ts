// Executes notebooks/stagewise.ipynb with a real Jupyter client on a run of a few seconds. Without a Python that has
// one, the tests that need it skip.
import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import { runChild } from "../children/child.ts";
import { CHECKOUT, type ExecutedCell, executeNotebook, jupyterPython } from "./kernel.ts";

const NOTEBOOK = "stagewise.ipynb";
const python = await jupyterPython();
const ignore = python === undefined;
if (ignore) {
  console.log(
    "notebooks: skipped, no Jupyter client: set CROSSLAB_PYTHON to a Python with jupyter_client and nbformat",
  );
}

/** The one cell whose source contains `text`. */
function cellWith(cells: ExecutedCell[], text: string): ExecutedCell {
  const found = cells.filter(({ source }) => source.includes(text));
  assertEquals(found.length, 1, text);
  return found[0];
}

/** The MIME bundles that a cell displayed, updates left out. */
function bundles({ messages }: ExecutedCell): Record<string, string>[] {
  return messages.filter(({ type }) => type === "display_data").map(({ content }) => content.data);
}

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
      checkScatter(bundles(cellWith(cells, "rotationScatter("))[0]);
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

/** A picture, a chart for front ends that have one, and words. */
function checkScatter(bundle: Record<string, string>): void {
  const png = Uint8Array.fromBase64(bundle["image/png"]);
  assertEquals([...png.slice(0, 4)], [0x89, 0x50, 0x4e, 0x47]);
  assert(png.length > 10_000, `a picture of ${png.length} bytes`);
  const chart = bundle["application/vnd.vegalite.v5+json"] as unknown as Record<string, unknown>;
  assertEquals(chart.$schema, "https://vega.github.io/schema/vega-lite/v5.json");
  assertEquals(bundle["text/plain"], "Latents that turned");
}

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
    /^crosscoder {2}█+ {2}320 of 320, loss [\d.]+, squared error [\d.]+, L0 [\d.]+$/,
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

Deno.test("stagewise.ipynb stores outputs without errors in less than 100 kB", async () => {
  const text = await Deno.readTextFile(join(CHECKOUT, "notebooks", NOTEBOOK));
  assert(text.length < 100_000, `${text.length} bytes`);
  const { cells, metadata } = JSON.parse(text);
  assertEquals(metadata.kernelspec.name, "deno");
  const code = cells.filter((cell: { cell_type: string }) => cell.cell_type === "code");
  const outputs = code.flatMap((cell: { outputs: unknown[] }) => cell.outputs);
  assertEquals(
    outputs.filter((output: { output_type: string }) => output.output_type === "error"),
    [],
  );
  const types = new Set(outputs.flatMap((output: { data: object }) => Object.keys(output.data)));
  for (const type of ["image/png", "text/html", "text/plain"]) assert(types.has(type), type);
});

Deno.test("stagewise.ipynb holds no logic: every code cell follows a sentence and defines no function", async () => {
  const text = await Deno.readTextFile(join(CHECKOUT, "notebooks", NOTEBOOK));
  const { cells } = JSON.parse(text) as { cells: { cell_type: string; source: string[] }[] };
  for (const [i, { cell_type, source }] of cells.entries()) {
    if (cell_type !== "code") continue;
    assertEquals(cells[i - 1]?.cell_type, "markdown", `cell ${i}`);
    const code = [source].flat().join("");
    const logic = /\bfunction\b|=>|\bfor\s*\(|\bif\s*\(|\bwhile\s*\(/.exec(code);
    assertEquals(logic?.[0], undefined, `cell ${i}`);
  }
});
