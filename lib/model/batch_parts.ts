/** Batches of a training on the GPU, in parts of as many sequences as one forward pass takes. @module */
import type { Batch } from "../data/batches.ts";
import type { Gpu } from "../gpu/gpu.ts";
import { type BatchFeed, createBatchFeed, type FedShape } from "../tensor/batch_feed.ts";
import { packedIndex, type ScatterIndex } from "../tensor/ops/embedding.ts";
import type { Tensor } from "../tensor/tensor.ts";

/** ids u32 [sequences, pos]; targets u32 and weights [sequences · pos]. */
export type BatchPart = { ids: Tensor; targets: Tensor; weights: Tensor; index?: ScatterIndex };

/** `among` has the weights of the whole batch, where it is in several parts. */
export type BatchParts = Pick<BatchFeed<string>, "take" | "feed"> & Disposable & {
  parts: BatchPart[];
  among?: Tensor;
};

/**
 * Room for the batches of `steps` steps, as `draw` gives them, in parts of at most `micro`
 * sequences each; with `indexed` each has the scatter index that the gradient of an embedding
 * needs.
 */
export function createBatchParts(
  gpu: Gpu,
  { batch, pos, micro = batch, indexed, steps, draw }: {
    batch: number;
    pos: number;
    micro?: number;
    indexed: boolean;
    steps: number;
    draw: (step: number) => Batch;
  },
): BatchParts {
  const shapes: Record<string, FedShape> = {}, sizes: number[] = [];
  for (let first = 0; first < batch; first += micro) {
    const part = sizes.length, sequences = Math.min(micro, batch - first), n = sequences * pos;
    shapes[`ids ${part}`] = { shape: [sequences, pos], dtype: "u32" };
    shapes[`targets ${part}`] = { shape: [n], dtype: "u32" };
    shapes[`weights ${part}`] = { shape: [n] };
    if (indexed) shapes[`index ${part}`] = { shape: [3 * n + 2], dtype: "u32" };
    sizes.push(n);
  }
  if (sizes.length > 1) shapes.among = { shape: [batch * pos] };
  const valuesOf = ({ ids, targets, weights }: Batch) => {
    const values: Record<string, Uint32Array | Float32Array> = { among: weights };
    sizes.forEach((n, part) => {
      const from = part * micro * pos, to = from + n;
      values[`ids ${part}`] = ids.subarray(from, to);
      values[`targets ${part}`] = targets.subarray(from, to);
      values[`weights ${part}`] = weights.subarray(from, to);
      if (indexed) values[`index ${part}`] = packedIndex(ids.subarray(from, to));
    });
    return values;
  };
  const feed = createBatchFeed(gpu, shapes, { steps, draw: (step) => valuesOf(draw(step)) });
  const { tensors } = feed;
  const parts = sizes.map((n, part): BatchPart => ({
    ids: tensors[`ids ${part}`],
    targets: tensors[`targets ${part}`],
    weights: tensors[`weights ${part}`],
    ...(indexed && { index: { tensor: tensors[`index ${part}`], n } }),
  }));
  return { ...feed, parts, among: tensors.among };
}
