// An interrupt of the kernel, as JupyterLab's stop button sends it, while a cell trains.
import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { executeNotebook as execute } from "../../scripts/notebooks/execute.ts";
import { cellWith, errorsOf, type ExecutedCell, jupyterPython, NOTEBOOKS } from "./kernel.ts";

const python = await jupyterPython();
const ignore = python === undefined;
const MESSAGE = "Interrupted: what was finished is kept";

/** Seconds from the interrupt to the end of the cell. */
function stoppedAfter({ messages, interrupts }: ExecutedCell): number {
  return messages[messages.length - 1].seconds - interrupts[0];
}

Deno.test({
  name: "an interrupt stops a training within two seconds, and the kernel goes on",
  ignore,
  async fn() {
    const size = "{ d_vocab: 500, d_model: 32, n_layers: 1, n_heads: 2, n_ctx: 32 }";
    const cells = await execute(python!, join(NOTEBOOKS, "00-tour.ipynb"), {
      parameters: `const size = ${size}; const training = { steps: 100_000, batch: 8, lr: 1e-3 };`,
      interrupt: "fitLanguageModel(",
      cells: 7,
    });
    const training = cellWith(cells, "fitLanguageModel(");
    assertEquals(errorsOf(training), [MESSAGE]);
    assert(stoppedAfter(training) < 2, `${stoppedAfter(training)} s`);
    const [{ content }] = cells[6].messages; // the curves of what was logged until then
    assertEquals(content.data["text/plain"], "Training of language model");
  },
});

Deno.test({
  name: "an interrupted run keeps its state in the cache, for the next call to go on from",
  ignore,
  async fn() {
    const out = await Deno.makeTempDir({ prefix: "crosslab-notebook-" });
    try {
      const cells = await execute(python!, join(NOTEBOOKS, "10-stagewise.ipynb"), {
        parameters: `const where = { out: ${JSON.stringify(out)} }; const training = {};`,
        interrupt: "openRun(",
        cells: 3,
      });
      assertEquals(errorsOf(cellWith(cells, "openRun(")), [MESSAGE]);
      const kept = [...Deno.readDirSync(join(out, "cache"))].map(({ name }) => name).sort();
      assert(kept.some((name) => /^lm-base-[0-9a-f]+(\.checkpoint)?$/.test(name)), kept.join());
      assert(kept.every((name) => !name.includes(".tmp-")), kept.join());
    } finally {
      await Deno.remove(out, { recursive: true });
    }
  },
});
