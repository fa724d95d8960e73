/** The rigorous count of a Max-of-4 model, and the training of many. @module */
import { readJson } from "../../../lib/io/files.ts";
import { openGpu } from "../../../lib/gpu/open.ts";
import { bruteForce } from "../../../lib/proofs/gpu/brute_force.ts";
import { RECIPE, trainMaxOfK } from "../../../lib/proofs/gpu/train.ts";
import { loadMaxOfK } from "../../../lib/proofs/max_of_k.ts";
import { makeTables } from "../../../lib/proofs/tables/folded.ts";
import { timeTraining } from "../../bench/proofs.ts";
import { MODEL } from "../../bench/theorems.ts";
import type { Row } from "../results.ts";
import { secondsIn } from "./timing.ts";

const CONFIG = { d_vocab: 64, d_model: 32, d_head: 32, n_ctx: 4 };

/** Steps of the training that is run as it is: enough that its loss says something. */
const STEPS = 300;

export async function* maxOf4Rows(): AsyncGenerator<Row> {
  using gpu = await openGpu();
  const tables = makeTables(await loadMaxOfK(MODEL));
  const { right } = await readJson(MODEL.replace(/\.safetensors$/, ".json"));
  for (const name of ["first enumeration of 64^4 sequences", "the same again"]) {
    const start = performance.now();
    const { count, undecided } = await bruteForce(gpu, tables);
    const note = `${count} right, PyTorch counts ${right}; ${undecided} decided exactly`;
    yield { name, measured: (performance.now() - start) / 1000, unit: "s", note };
  }
  for (const models of [1, 151]) {
    const seconds = secondsIn(gpu, await timeTraining(gpu, CONFIG, { models }));
    const note = `${RECIPE.steps} steps: ${(RECIPE.steps * seconds).toFixed(1)} s`;
    yield { name: `training step of ${models} models`, measured: seconds, unit: "s", note };
  }
  const start = performance.now();
  const [{ loss }] = await trainMaxOfK(gpu, CONFIG, { seeds: [0], steps: STEPS });
  const seconds = (performance.now() - start) / 1000;
  const note = `loss ${loss.toFixed(4)} at the end`;
  yield { name: `${STEPS} steps of one model`, measured: seconds, unit: "s", note };
}
