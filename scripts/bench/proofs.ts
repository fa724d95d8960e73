/**
 * Compact proofs: brute force beside PyTorch's, training steps of many Max-of-K models, theorems.
 * @module
 */
import type { Gpu } from "../../lib/gpu/gpu.ts";
import { bruteForce, type ExhaustiveCount } from "../../lib/proofs/gpu/brute_force.ts";
import { forwardLoss } from "../../lib/proofs/gpu/forward.ts";
import { createTokenStreams, drawTokens } from "../../lib/proofs/gpu/token_streams.ts";
import { initialModel, RECIPE, stackModels } from "../../lib/proofs/gpu/train.ts";
import {
  loadMaxOfK,
  MAX_OF_K_WEIGHTS,
  type MaxOfKConfig,
  type MaxOfKModel,
} from "../../lib/proofs/max_of_k.ts";
import { makeTables } from "../../lib/proofs/tables/folded.ts";
import { createParameters, releaseParameters } from "../../lib/tensor/parameters.ts";
import { createTraining, recordStep, releaseTraining } from "../../lib/tensor/training.ts";
import { timed, timedProgram, type Times } from "./measure.ts";
import { runPython } from "./python.ts";
import type { Row } from "./table.ts";
import { MODEL, theoremRows } from "./theorems.ts";

/** The bench's rows of compact proofs, as they are measured. */
export async function* proofRows(gpu: Gpu): AsyncGenerator<Row> {
  yield* bruteForceRows(gpu, await loadMaxOfK(MODEL));
  for (const [K, models] of [[4, 151], [10, 32], [20, 32]]) {
    yield await trainingRow(gpu, K, models);
  }
  yield* theoremRows(gpu);
}

async function* bruteForceRows(gpu: Gpu, model: MaxOfKModel): AsyncGenerator<Row> {
  const tables = makeTables(model);
  let last: Promise<ExhaustiveCount>;
  const times = await timed(() => last = bruteForce(gpu, tables), () => last, { rounds: 3 });
  const { sequences, count, undecided } = await last!;
  const rate = (sequences / times.cpu / 1e6).toFixed(0);
  const note = `${rate} M sequences/s by cpu, ${undecided} undecided`;
  yield { group: "proofs", name: "brute force, 64^4 sequences", ...times, goal: 2, note };
  const peer = await runPeer(model);
  if (typeof peer === "string") {
    console.log(`  PyTorch's brute force: skipped, ${peer}`);
    return;
  }
  const ratio = (peer.cpu / times.cpu).toFixed(1);
  const agrees = peer.right === count ? "" : `, counts ${peer.right - count} more`;
  yield {
    group: "proofs",
    name: "the same in PyTorch, one thread",
    wall: peer.wall,
    cpu: peer.cpu,
    note: `${ratio} times ours by cpu${agrees}`,
  };
}

/** Runs the Python peer on the model's weights. */
async function runPeer(model: MaxOfKModel): Promise<(Times & { right: number }) | string> {
  const weights = await Deno.makeTempFile();
  try {
    const { d_vocab, d_model, d_head, n_ctx } = model.config;
    const parts = MAX_OF_K_WEIGHTS.map((name) =>
      new Uint8Array(Float32Array.from(model[name]).buffer)
    );
    await Deno.writeFile(weights, new Uint8Array(parts.flatMap((part) => [...part])));
    return await runPython("./brute_force.py", [weights, d_vocab, d_model, d_head, n_ctx]);
  } finally {
    await Deno.remove(weights);
  }
}

async function trainingRow(gpu: Gpu, K: number, models: number): Promise<Row> {
  const config = { d_vocab: 64, d_model: 32, d_head: 32, n_ctx: K };
  const times = await timeTraining(gpu, config, { models });
  const { batch, steps } = RECIPE;
  const { d_vocab, d_model, d_head } = config;
  const flop = 3 * models * batch * 2 * d_model * (4 * d_head + d_vocab);
  const all = (151 / models * steps * times.cpu).toFixed(0);
  const note = `151 models, ${steps} steps: ${all} s by cpu`;
  return {
    group: "proofs",
    name: `training step, ${models} models, K = ${K}`,
    ...times,
    flop,
    ...(K === 4 ? { goal: 600, goalTimes: 151 / models * steps } : {}),
    note,
  };
}

/** One step of the recipe for all models: data, loss, gradients, AdamW and log. */
export async function timeTraining(
  gpu: Gpu,
  config: MaxOfKConfig,
  { models, rounds = 3 }: { models: number; rounds?: number },
): Promise<Times> {
  const { d_vocab, n_ctx: K } = config;
  const seeds = Array.from({ length: models }, (_, seed) => seed);
  const { batch, steps, lr, weightDecay } = RECIPE;
  const parameters = createParameters(gpu, stackModels(seeds.map((s) => initialModel(config, s))));
  const training = createTraining(gpu, parameters, { steps, rate: () => lr, weightDecay });
  const data = createTokenStreams(gpu, { seeds, batch, K });
  using step = recordStep(training, "Max-of-K step", () => {
    drawTokens(data, { counter: training.schedule, d_vocab });
    return [forwardLoss(parameters.tensors, data)];
  });
  const times = await timedProgram(step, { rounds });
  releaseTraining(training);
  releaseParameters(parameters);
  for (const tensor of [data.keys, data.tokens, data.targets]) tensor.release();
  return times;
}
