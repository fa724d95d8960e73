/** A batch of a training on the GPU, in parts of as many sequences as one forward pass takes. @module */
import type { Batch } from "../data/batches.ts";
import type { Gpu } from "../gpu/gpu.ts";
import { createScatterIndex, type ScatterIndex } from "../tensor/ops/embedding.ts";
import { type Tensor, uploadIds, zeros } from "../tensor/tensor.ts";

/** ids u32 [sequences, pos]; targets u32 and weights [sequences · pos]. */
export type BatchPart = { ids: Tensor; targets: Tensor; weights: Tensor; index?: ScatterIndex };

/** `among` has the weights of the whole batch, where it is in several parts. */
export type BatchParts = Disposable & {
  parts: BatchPart[];
  among?: Tensor;
  /** Replaces the batch by another. */
  write: (batch: Batch) => void;
};

/**
 * Room for a batch in parts of at most `micro` sequences each; with `indexed` each has the scatter
 * index that the gradient of an embedding needs.
 */
export function createBatchParts(
  gpu: Gpu,
  { batch, pos, micro = batch, indexed }: {
    batch: number;
    pos: number;
    micro?: number;
    indexed: boolean;
  },
): BatchParts {
  const owned = new DisposableStack(), parts: BatchPart[] = [];
  for (let first = 0; first < batch; first += micro) {
    const sequences = Math.min(micro, batch - first), n = sequences * pos;
    const part: BatchPart = {
      ids: owned.use(uploadIds(gpu, [sequences, pos], new Uint32Array(n))),
      targets: owned.use(zeros(gpu, [n], "u32")),
      weights: owned.use(zeros(gpu, [n])),
    };
    if (indexed) owned.use((part.index = createScatterIndex(gpu, n)).tensor);
    parts.push(part);
  }
  const among = parts.length > 1 ? owned.use(zeros(gpu, [batch * pos])) : undefined;
  const write = (made: Batch) => {
    among?.write(made.weights);
    parts.forEach(({ ids, targets, weights, index }, part) => {
      const from = part * micro * pos, to = from + weights.columns;
      ids.write(made.ids.subarray(from, to));
      index?.write(made.ids.subarray(from, to));
      targets.write(made.targets.subarray(from, to));
      weights.write(made.weights.subarray(from, to));
    });
  };
  return { parts, among, write, [Symbol.dispose]: () => owned.dispose() };
}
