/**
 * Tensors that are made on the way: who made them without a name for them, and what becomes of
 * those.
 * @module
 */
import type { Gpu } from "../gpu/gpu.ts";
import { share } from "./views.ts";
import type { Tensor } from "./tensor.ts";

/**
 * Runs `body` and returns with its result the tensors that were made in it and are still held. They
 * belong to the caller, who passes on what is not his. Where `body` throws, all of them are
 * released.
 */
export function collect<T>(gpu: Gpu, body: () => T): { result: T; made: Set<Tensor> } {
  const { memory } = gpu;
  const outer = memory.made, made = new Set<Tensor>();
  memory.made = made;
  let done = false;
  try {
    const result = body();
    done = true;
    for (const tensor of made) if (!tensor.held) made.delete(tensor);
    return { result, made };
  } finally {
    memory.made = outer;
    if (!done) { for (const tensor of made) tensor.leave(); }
  }
}

/**
 * A tensor that outlives the run in whose edit it is made or lent, and is yours to release: the
 * tensor itself where the edit made it, another one over the same memory where the run lent it.
 */
export function keep(tensor: Tensor): Tensor {
  const kept = tensor.lentTo === undefined ? tensor : share(tensor);
  kept.gpu.memory.made?.delete(kept);
  return kept;
}
