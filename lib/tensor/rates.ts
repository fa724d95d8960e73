/**
 * What an adapter does per second on the operations that training is made of, and how long planned
 * work would take.
 *
 * @module
 */
import type { Gpu } from "../gpu/gpu.ts";
import { secondsOf } from "../gpu/rates.ts";
import { copyInto, elementwiseInto } from "./ops/elementwise.ts";
import { productInto } from "./ops/matmul/product.ts";
import { empty, type Tensor, zeros } from "./tensor.ts";

/**
 * Rates of a device, per second: product FLOPs, bytes through kernels, launches; and how many times a
 * second JavaScript can wait for a result.
 */
export type Rates = { flops: number; bytes: number; launches: number; waits: number };

/**
 * A piece of work: its name, steps, floating-point operations, bytes moved, peak bytes of GPU
 * memory, kernel launches, and `waits`: results that are read before the next work is recorded.
 */
export type PlannedWork = {
  name: string;
  steps: number;
  flops: number;
  bytes: number;
  memory: number;
  launches: number;
  waits: number;
};

/**
 * Predicted seconds: arithmetic, memory, launches and waits one after the other, which is an upper
 * estimate.
 */
export function predictSeconds(work: PlannedWork, rates: Rates): number {
  const { flops, bytes, launches, waits } = work;
  return flops / rates.flops + bytes / rates.bytes + launches / rates.launches +
    waits / rates.waits;
}

/**
 * Measures for a few seconds: products at a crosscoder's shapes, an activation function at a small
 * model's, which on a CPU takes longer than its bytes, launches of next to nothing, reads of it.
 */
export async function measureRates(gpu: Gpu): Promise<Rates> {
  const [m, n, k] = [256, 1024, 1024];
  const a = zeros(gpu, [m, k]), b = zeros(gpu, [k, n]), c = empty(gpu, [m, n]);
  const forms = await secondsOf(gpu, () => {
    productInto("NN", { a, b, c });
    productInto("NT", { a, b, c });
  });
  const x = zeros(gpu, [2048, 256]), y = empty(gpu, [2048, 256]);
  const activation = await secondsOf(gpu, () => elementwiseInto("gelu", { a: x, out: y }));
  const tiny = zeros(gpu, [4]), other = empty(gpu, [4]);
  const launches = await secondsOf(gpu, () => {
    for (let i = 0; i < 200; i++) copyInto(other, tiny);
  });
  const wait = await secondsOfReading(other, () => copyInto(other, tiny));
  for (const tensor of [a, b, c, x, y, tiny, other]) tensor.release();
  return {
    flops: 4 * m * n * k / forms,
    bytes: 2 * 4 * x.size / activation,
    launches: 200 / launches,
    waits: 1 / wait,
  };
}

/** Reads in a row; where they have to be waited for, Deno looks again every ten milliseconds. */
const READS = 20;

async function secondsOfReading(tensor: Tensor, body: () => void): Promise<number> {
  const start = performance.now();
  for (let i = 0; i < READS; i++) {
    body();
    await tensor.read();
  }
  return (performance.now() - start) / 1000 / READS;
}
