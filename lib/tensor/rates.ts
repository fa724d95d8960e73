/**
 * What an adapter does per second on the operations that training is made of, and how long planned
 * work would take.
 *
 * @module
 */
import type { Gpu } from "../gpu/gpu.ts";
import { secondsOf } from "../gpu/rates.ts";
import { copyInto } from "./ops/elementwise.ts";
import { productInto } from "./ops/matmul/product.ts";
import { empty, zeros } from "./tensor.ts";

/** Rates of a device, per second: product FLOPs, bytes through kernels, launches. */
export type Rates = { flops: number; bytes: number; launches: number };

/**
 * A piece of work: its name, steps, floating-point operations, bytes moved, peak bytes of GPU
 * memory, kernel launches.
 */
export type PlannedWork = {
  name: string;
  steps: number;
  flops: number;
  bytes: number;
  memory: number;
  launches: number;
};

/**
 * Predicted seconds: arithmetic, memory and launches one after the other, which is an upper
 * estimate.
 */
export function predictSeconds(work: PlannedWork, rates: Rates): number {
  return work.flops / rates.flops + work.bytes / rates.bytes + work.launches / rates.launches;
}

/**
 * Measures for about two seconds: products at a crosscoder's shapes, an elementwise kernel,
 * launches of next to nothing.
 */
export async function measureRates(gpu: Gpu): Promise<Rates> {
  const [m, n, k] = [256, 1024, 1024];
  const a = zeros(gpu, [m, k]), b = zeros(gpu, [k, n]), c = empty(gpu, [m, n]);
  const forms = await secondsOf(gpu, () => {
    productInto("NN", { a, b, c });
    productInto("NT", { a, b, c });
  });
  const x = zeros(gpu, [2048, 1024]), y = empty(gpu, [2048, 1024]);
  const copy = await secondsOf(gpu, () => copyInto(y, x));
  const tiny = zeros(gpu, [4]), other = empty(gpu, [4]);
  const launches = await secondsOf(gpu, () => {
    for (let i = 0; i < 200; i++) copyInto(other, tiny);
  });
  for (const tensor of [a, b, c, x, y, tiny, other]) tensor.release();
  return { flops: 4 * m * n * k / forms, bytes: 2 * 4 * x.size / copy, launches: 200 / launches };
}
