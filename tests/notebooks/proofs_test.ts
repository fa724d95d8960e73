// Executes notebooks/40-compact-proofs.ipynb with a real Jupyter client on models that it trains in seconds. Without a Python that
// has one, the tests skip.
import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import { writeJson } from "../../lib/io/mod.ts";
import { stream } from "../../lib/numerics/mod.ts";
import { saveMaxOfK } from "../../lib/proofs/mod.ts";
import {
  bundles,
  cellWith,
  checkFigure,
  type ExecutedCell,
  executeNotebook,
  jupyterPython,
  rowsOf,
} from "./kernel.ts";
import { resultsOf } from "../proofs/results_file.ts";

const NOTEBOOK = "40-compact-proofs.ipynb";
const python = await jupyterPython();
const ignore = python === undefined;

/** Executes the notebook, or its first cells, with results in a folder of its own. */
async function execute(out: string, cells?: number): Promise<ExecutedCell[]> {
  const size = JSON.stringify({ d_vocab: 10, d_model: 32, d_head: 32, n_ctx: 4 });
  const recipe = JSON.stringify({ seeds: [0, 1], steps: 400, lr: 4e-3 });
  return await executeNotebook(python!, NOTEBOOK, {
    parameters: `const out = ${JSON.stringify(out)}; const size = ${size}, recipe = ${recipe};`,
    cells,
  });
}

Deno.test({
  name:
    "40-compact-proofs trains, proves bounds around the accuracy, and shows what the checker rejects",
  ignore,
  async fn() {
    const out = await Deno.makeTempDir({ prefix: "crosslab-notebook-" });
    try {
      const cells = await execute(out);
      assertEquals(rowsOf(cellWith(cells, "openMaxOfK("))[0], ["models", "trained here"]);
      checkFigure(bundles(cellWith(cells, "heatMaps("))[0], "Two tables of a Max-of-K model");
      checkFigure(
        bundles(cellWith(cells, "boundScatter("))[0],
        "Bound against length of the proof",
      );
      checkBounds(rowsOf(cellWith(cells, 'proveBound(prover, "cubic")')));
      const certificate = Object.fromEntries(rowsOf(cellWith(cells, 'certify(prover, "N5")')));
      assertMatch(certificate["claim"], /^at least \d+ of 10000$/);
      checkVerdicts(rowsOf(cellWith(cells, "encodeCertificate({")));
    } finally {
      await Deno.remove(out, { recursive: true });
    }
  },
});

/** Sound bounds are below the accuracy, N4 from both sides, and cubic or better are not trivial. */
function checkBounds(rows: string[][]): void {
  const [truth, cubic, published, sound, N5, N4] = rows;
  const accuracy = Number(truth[1]);
  assert(accuracy > 0.9, `accuracy ${accuracy}`);
  for (const [proof, bound] of [cubic, sound, N5, N4]) {
    assert(Number(bound) > 0.3 && Number(bound) <= accuracy, `${proof}: ${bound}`);
  }
  assert(Number(N4[2]) >= accuracy, `at most ${N4[2]}`);
  assertEquals(published[0], "published: proves nothing");
  assertMatch(published[1], /^\([\d.]+\)$/);
  for (const row of rows.slice(1)) assert(Number(row[3]) < Number(truth[3]), "shorter");
}

function checkVerdicts(rows: string[][]): void {
  const verdicts = rows.map(([, verdict]) => verdict);
  assertMatch(verdicts[0], /^accepted: at least \d+ of 10000 sequences are right$/);
  assertMatch(verdicts[1], /^rejected: .*SHA-256/);
  assertMatch(verdicts[2], /^rejected: claims \d+ right, only \d+ are certified$/);
  assertMatch(verdicts[3], /^rejected: the model's weights/);
}

Deno.test({
  name: "40-compact-proofs opens the models of a smoke run where there is no small one",
  ignore,
  async fn() {
    const out = await Deno.makeTempDir({ prefix: "crosslab-notebook-" });
    try {
      const proofs = join(out, "smoke", "proofs");
      const models = { "K4-v12-seed0": untrained(), "K4-v12-seed1": untrained() };
      for (const [id, model] of Object.entries(models)) {
        await saveMaxOfK(join(proofs, "models", id, "model.safetensors"), model);
      }
      await writeJson(join(proofs, "results.json"), resultsOf(models));
      const cells = await execute(out, 3);
      const rows = Object.fromEntries(rowsOf(cellWith(cells, "openMaxOfK(")));
      assertEquals(rows["models"], "preset smoke");
      assertEquals(rows["tokens v, d_model, K"], "12, 3, 4");
    } finally {
      await Deno.remove(out, { recursive: true });
    }
  },
});

/** 12 tokens, d_model 3, d_head 2, K = 4. */
function untrained() {
  const random = stream(0, "notebook");
  const matrix = (rows: number, columns: number) => random.normals(rows * columns, 0.3);
  return {
    config: { d_vocab: 12, d_model: 3, d_head: 2, n_ctx: 4 },
    W_E: matrix(12, 3),
    W_pos: matrix(4, 3),
    W_Q: matrix(3, 2),
    W_K: matrix(3, 2),
    W_V: matrix(3, 2),
    W_O: matrix(2, 3),
    W_U: matrix(3, 12),
  };
}
