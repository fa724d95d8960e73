/**
 * Sequences of a Max-of-K model evaluated on the GPU in float32, every sum in several orders: does
 * the answer of this adapter depend on the order?
 * @module
 */
import ordersSource from "../../../kernels/max_of_k_orders.wgsl" with { type: "text" };
import type { Gpu } from "../../gpu/gpu.ts";
import { stream } from "../../numerics/random.ts";
import { launch } from "../../tensor/launch.ts";
import { MOST_ITERATIONS } from "../../tensor/ops/grid.ts";
import { upload, uploadIds, zeros } from "../../tensor/tensor.ts";
import { MAX_OF_K_WEIGHTS, type MaxOfKModel } from "../max_of_k.ts";

/** An order of summation: permutations of d_model, d_head and n_ctx terms. */
export interface GpuOrder {
  /** Name of the order. */
  name: string;
  /** In which order so many terms are added. */
  places(terms: number): number[];
}

/** Three orders with names, and as many random ones as asked for. */
export function gpuOrders(random: number): GpuOrder[] {
  const every = (n: number) => Array.from({ length: n }, (_, i) => i);
  return [
    { name: "first to last", places: every },
    { name: "last to first", places: (n) => every(n).reverse() },
    { name: "even, then odd", places: (n) => every(n).sort((a, b) => a % 2 - b % 2 || a - b) },
    ...every(random).map((i) => ({
      name: `random ${i}`,
      places: (n: number) => [...stream(i, `summation order of ${n}`).permutation(n)],
    })),
  ];
}

/**
 * The largest wrong logit minus that of the maximum, [sequences, orders]: below 0 where this
 * adapter answers rightly. Throws where the model is too wide for one invocation's loops.
 */
export async function wrongByOrder(
  gpu: Gpu,
  model: MaxOfKModel,
  { sequences, orders }: { sequences: readonly number[][]; orders: readonly GpuOrder[] },
): Promise<Float32Array> {
  const { d_vocab: v, d_model: D, d_head: H, n_ctx: K } = model.config;
  const turns = 2 * (K + 1) * (D + 1) * (H + 1) + (D + 1) * v;
  if (turns > MOST_ITERATIONS) {
    throw new RangeError(
      `Cannot evaluate in several orders: expected 2 (n_ctx + 1) d_model d_head below ` +
        `${MOST_ITERATIONS} but found ${turns}: evaluate on the CPU`,
    );
  }
  const count = sequences.length * orders.length;
  if (count === 0) return new Float32Array(0);
  const data = new Float32Array(MAX_OF_K_WEIGHTS.reduce((n, name) => n + model[name].length, 0));
  let at = 0;
  for (const name of MAX_OF_K_WEIGHTS) {
    data.set(model[name], at);
    at += model[name].length;
  }
  const places = orders.flatMap(({ places }) => [D, H, K].flatMap((n) => places(n)));
  const tokens = sequences.flat();
  using weights = upload(gpu, { shape: [data.length], data });
  using ids = uploadIds(gpu, [tokens.length], tokens);
  using permutations = uploadIds(gpu, [places.length], places);
  using wrong_by = zeros(gpu, [count]);
  const kernel = { name: "max_of_k_orders", source: ordersSource, entry: "evaluate" };
  launch(gpu, { ...kernel, constants: { D, H, K } }, {
    tensors: { weights, tokens: ids, places: permutations, wrong_by },
    params: { count, orders: orders.length, v, scale: 1 / Math.sqrt(H) },
    invocations: count,
  });
  return await wrong_by.read();
}
