/** What dispatches, barriers, passes, submits and waits cost that do next to nothing. @module */
import type { Gpu } from "../../../lib/gpu/gpu.ts";
import { openGpu } from "../../../lib/gpu/open.ts";
import { type Program, record } from "../../../lib/gpu/program.ts";
import { smallest } from "../../../lib/numerics/numbers.ts";
import { fillInto } from "../../../lib/tensor/ops/elementwise.ts";
import { zeros } from "../../../lib/tensor/tensor.ts";
import type { Row } from "../results.ts";
import { predictorOf } from "./predict.ts";
import { dispatchSeconds, runSeconds } from "./timing.ts";

const COUNT = 200, ROUNDS = 20;

/**
 * An overhead in seconds; `known`: what it was on two cores without a GPU, where a GPU changes
 * nothing.
 */
type Overhead = { name: string; seconds: (gpu: Gpu) => Promise<number>; known?: number };

export const OVERHEADS: readonly Overhead[] = [
  { name: "a dispatch that waits for none", seconds: (gpu) => dispatch(gpu, COUNT) },
  { name: "a dispatch that writes what the one before wrote", seconds: (gpu) => dispatch(gpu, 1) },
  { name: "a pass for each dispatch", seconds: passEach },
  { name: "a dispatch by itself", seconds: alone },
  { name: "encoding of a dispatch, on this thread", seconds: encoding, known: 2.4e-6 },
  { name: "a submit of one dispatch", seconds: submit, known: 90e-6 },
  { name: "a read of a few values", seconds: read, known: 0.2e-3 },
  { name: "a wait for a device with nothing to do", seconds: wait, known: 10e-3 },
];

export async function* overheadRows(): AsyncGenerator<Row> {
  using gpu = await openGpu();
  const { gap } = await predictorOf(gpu);
  const found: number[] = [];
  for (const { name, seconds, known } of OVERHEADS) {
    found.push(await seconds(gpu));
    yield { name, predicted: known, measured: found.at(-1), unit: "s" };
    if (found.length !== 2) continue;
    const barrier = found[1] - found[0];
    yield { name: "a barrier", predicted: gap || undefined, measured: barrier, unit: "s" };
  }
}

/** COUNT dispatches that fill `targets` tensors in turn. */
function fills(gpu: Gpu, targets: number): Disposable & { program: Program } {
  const tensors = Array.from({ length: targets }, () => zeros(gpu, [64]));
  const program = record(gpu, "fills", () => {
    for (let i = 0; i < COUNT; i++) fillInto(tensors[i % targets], 0);
  });
  return {
    program,
    [Symbol.dispose]() {
      program[Symbol.dispose]();
      for (const tensor of tensors) tensor.release();
    },
  };
}

async function dispatch(gpu: Gpu, targets: number): Promise<number> {
  using made = fills(gpu, targets);
  return await runSeconds(made.program) / COUNT;
}

async function passEach(gpu: Gpu): Promise<number> {
  using made = fills(gpu, 1);
  const { recorder } = made.program;
  return await leastSeconds(async () => {
    const encoder = gpu.device.createCommandEncoder();
    for (let only = 0; only < COUNT; only++) recorder.encode(encoder, { only });
    gpu.device.queue.submit([encoder.finish()]);
    await gpu.device.queue.onSubmittedWorkDone();
  }) / COUNT;
}

async function alone(gpu: Gpu): Promise<number> {
  using made = fills(gpu, 1);
  await runSeconds(made.program);
  return smallest(await dispatchSeconds(made.program));
}

/** Nothing is awaited while the clock runs. */
async function encoding(gpu: Gpu): Promise<number> {
  using made = fills(gpu, 1);
  let least = Infinity;
  for (let round = 0; round < ROUNDS; round++) {
    const start = performance.now();
    made.program.run();
    least = Math.min(least, (performance.now() - start) / 1000);
    await gpu.device.queue.onSubmittedWorkDone();
  }
  return least / COUNT;
}

async function submit(gpu: Gpu): Promise<number> {
  const x = zeros(gpu, [64]);
  using program = record(gpu, "submit", () => fillInto(x, 0));
  const seconds = await runSeconds(program);
  x.release();
  return seconds;
}

async function read(gpu: Gpu): Promise<number> {
  const x = zeros(gpu, [4]);
  const seconds = await leastSeconds(() => x.read());
  x.release();
  return seconds;
}

async function wait(gpu: Gpu): Promise<number> {
  return await leastSeconds(() => gpu.device.queue.onSubmittedWorkDone());
}

async function leastSeconds(run: () => Promise<unknown>): Promise<number> {
  let least = Infinity;
  for (let round = 0; round < ROUNDS; round++) {
    const start = performance.now();
    await run();
    least = Math.min(least, (performance.now() - start) / 1000);
  }
  return least;
}
