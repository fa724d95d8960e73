/**
 * What the theorems and their checker take on one trained model each of K = 4, 10, 20 (v = 64),
 * beside the goals.
 *
 * All of it runs on one thread. Everything runs once at K = 4 before it is timed; what takes longer
 * than two seconds is timed once, all else at least twice.
 * @module
 */
import { fileURLToPath } from "node:url";
import type { Gpu } from "../../lib/gpu/gpu.ts";
import { trainMaxOfK } from "../../lib/proofs/gpu/train.ts";
import { loadMaxOfK, type MaxOfKModel } from "../../lib/proofs/max_of_k.ts";
import {
  makeProver,
  type ProofOptions,
  proveBound,
  type Prover,
  searchStrategy,
  verifyStrategy,
} from "../../lib/proofs/prove.ts";
import { paperStrategies } from "../../lib/proofs/strategies.ts";
import { makeTables } from "../../lib/proofs/tables/folded.ts";
import { checkerRow } from "./checker.ts";
import { best, timedThread, type Times } from "./measure.ts";
import type { Row } from "./table.ts";

/** Trained, K = 4. */
export const MODEL = fileURLToPath(
  new URL("../../tests/proofs/fixtures/max_of_k.safetensors", import.meta.url),
);

/** A strategy that is the slowest of its kind is so by the best of this many runs. */
const ROUNDS = 4;

/** Rows of each K; trains the models of K = 10 and 20 first. */
export async function* theoremRows(gpu: Gpu): AsyncGenerator<Row> {
  const model = await loadMaxOfK(MODEL);
  for (const _ of rowsOf(model));
  yield* rowsOf(model);
  for (const K of [10, 20]) {
    const config = { d_vocab: 64, d_model: 32, d_head: 32, n_ctx: K };
    const [trained] = await trainMaxOfK(gpu, config, { seeds: [0] });
    yield* rowsOf(trained.model);
  }
}

function* rowsOf(model: MaxOfKModel): Generator<Row> {
  const K = model.config.n_ctx;
  const line = (name: string, times: Times, goal: number, note?: string): Row => ({
    group: "proofs",
    name: `K = ${K}: ${name}`,
    wall: times.wall,
    cpu: times.cpu,
    goal,
    note,
  });
  const prover = makeProver(model);
  const prove = (name: string, options?: ProofOptions) =>
    timedThread(() => proveBound(prover, name, options));
  yield line("exact tables and exponentials", timedThread(() => makeTables(model)), 0.4);
  yield line("cubic", prove("cubic"), 1);
  const { verifying, searching } = subcubicTimes(prover);
  yield line("subcubic verification, slowest of 100", verifying.slowest, 0.05, verifying.note);
  yield line("subcubic search, slowest of 100", searching.slowest, 2, searching.note);
  const published = paperStrategies("published").filter((name) => name !== "brute-force");
  yield line(
    "all published but brute force",
    timedThread(() => {
      const own = alone(prover);
      for (const name of published) proveBound(own, name);
    }),
    60,
    "101 searches and verifications that share parts",
  );
  yield line("N5, G = 32", prove("N5", { G: 32 }), 0.6);
  yield line("N4, G = 256, both ends", prove("N4", { G: 256 }), K <= 4 ? 2 : K <= 10 ? 15 : 60);
  yield checkerRow(prover, K <= 10 ? 20 : 60);
}

/** The same tables without the parts that strategies share: whoever comes first makes them. */
function alone({ tables, directions }: Prover): Prover {
  return { tables: { ...tables }, directions };
}

/** Search and verification of the 100 sound subcubic proofs, each from the exact tables alone. */
function subcubicTimes(prover: Prover) {
  const names = paperStrategies("sound").filter((name) => name.startsWith("sound/"));
  const hints = new Map(names.map((name) => [name, searchStrategy(prover, name)]));
  return {
    searching: slowestOf(names, (name) => searchStrategy(alone(prover), name)),
    verifying: slowestOf(
      names,
      (name) => verifyStrategy(alone(prover), name, { hints: hints.get(name)! }),
    ),
  };
}

/**
 * Times each once, then whichever is the slowest again, until that one has been timed ROUNDS times.
 */
function slowestOf(names: string[], run: (name: string) => unknown) {
  const time = (name: string) => timedThread(() => run(name), { rounds: 1 });
  const found = names.map((name) => ({ name, runs: [time(name)] }));
  const cpu = ({ runs }: typeof found[number]) => best(runs).cpu;
  const slowest = () => found.reduce((a, b) => cpu(a) >= cpu(b) ? a : b);
  while (slowest().runs.length < ROUNDS) slowest().runs.push(time(slowest().name));
  const mean = found.reduce((sum, one) => sum + cpu(one), 0) / found.length;
  return { slowest: best(slowest().runs), note: `mean ${(1000 * mean).toFixed(1)} ms` };
}
