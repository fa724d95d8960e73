/**
 * Batches for a recorded training: many are uploaded with one write, and each step takes its own on
 * the GPU, by the training's counter.
 * @module
 */
import type { Gpu } from "../gpu/gpu.ts";
import source from "../../kernels/batches.wgsl" with { type: "text" };
import { checkValues } from "./check_values.ts";
import { launch } from "./launch.ts";
import { ALIGNMENT, memoryOf } from "./layout.ts";
import { type Tensor, zeros } from "./tensor.ts";

/** Batches of one upload at most, and bytes: what a training may wait for at once. */
const ROUNDS = 64, BYTES = 2 ** 25;

/** One tensor of a batch; f32 where no dtype is given. */
export type FedShape = { shape: readonly number[]; dtype?: "f32" | "u32" };

/** The values of a batch by the names of its tensors. */
export type FedBatch<Name extends string> = Record<Name, Float32Array | Uint32Array>;

export type BatchFeed<Name extends string> = Disposable & {
  /** What a step sees of the batch, once `take` was run. */
  tensors: Record<Name, Tensor>;
  /** Appends the taking of a step's batch to what is being recorded: the first thing of a step. */
  take: (schedule: Tensor) => void;
  /** To be called before each step, counted from 0; steps may be skipped, never repeated. */
  feed: (step: number) => void;
};

/**
 * A feed for a training of `steps` steps. `draw` gives the batch of a step; it is called once for
 * each, in order, up to 64 steps ahead.
 */
export function createBatchFeed<Name extends string>(
  gpu: Gpu,
  shapes: Record<Name, FedShape>,
  { steps, draw }: { steps: number; draw: (step: number) => FedBatch<Name> },
): BatchFeed<Name> {
  const names = Object.keys(shapes) as Name[];
  const sizes = names.map((name) => sizeOf(shapes[name]));
  const count = sizes.reduce((sum, size) => sum + size, 0);
  const room = Math.floor(Math.min(BYTES, gpu.maxBinding) / (4 * count));
  const rounds = Math.max(1, Math.min(ROUNDS, steps, room));
  using owned = new DisposableStack();
  const fed = owned.use(zeros(gpu, [rounds, count], "u32"));
  const out = owned.use(zeros(gpu, [count], "u32"));
  const tensors = {} as Record<Name, Tensor>, places = {} as Record<Name, number>;
  let place = 0;
  names.forEach((name, i) => {
    const { shape, dtype = "f32" } = shapes[name];
    tensors[name] = out.over(shape, place, dtype);
    places[name] = place;
    place += sizes[i];
  });
  const values = new Uint32Array(rounds * count);
  const put = (step: number) => {
    const batch = draw(step), start = step % rounds * count;
    for (const name of names) {
      checkValues(tensors[name], batch[name]);
      const { buffer, byteOffset, length } = memoryOf(batch[name], tensors[name]);
      values.set(new Uint32Array(buffer, byteOffset, length), start + places[name]);
    }
  };
  let end = 0;
  const feed = (step: number) => {
    if (step < end) return;
    end = Math.min(steps, (Math.floor(step / rounds) + 1) * rounds);
    for (let next = step; next < end; next++) put(next);
    fed.write(values);
  };
  const take = (schedule: Tensor) => {
    launch(gpu, { name: "batches", source, entry: "take" }, {
      tensors: { schedule, fed, out },
      params: { count4: count / 4, rounds },
      invocations: count / 4,
    });
  };
  const kept = owned.move();
  return { tensors, take, feed, [Symbol.dispose]: () => kept.dispose() };
}

/** Values of a tensor in the buffer, such that the next one begins where a binding may. */
function sizeOf({ shape }: FedShape): number {
  const columns = shape.at(-1) ?? 1, rows = shape.slice(0, -1).reduce((a, b) => a * b, 1);
  return Math.ceil(rows * Math.ceil(columns / 4) * 4 / ALIGNMENT) * ALIGNMENT;
}
