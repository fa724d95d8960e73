/** How work is cut into pieces that bindings and loops can hold. @module */
import type { Gpu } from "../../gpu/gpu.ts";
import { MOST_WORKGROUPS } from "../launch.ts";
import { ALIGNMENT } from "../layout.ts";

/**
 * Rows that one invocation may walk over. Mesa's llvmpipe leaves every loop of an invocation,
 * without a word, once all its loops together have turned 65,535 times, the turn that ends a loop
 * included; this is the next lower multiple of 64.
 */
export const MOST_ITERATIONS = 65472;

/**
 * [start, size] of pieces of `count` values, `limit` at most, that fit into one binding and begin
 * at aligned offsets.
 */
export function flatChunks(gpu: Gpu, count: number, limit = Infinity): [number, number][] {
  const most = Math.min(Math.floor(gpu.maxBinding / 1024) * 256, limit);
  const chunks: [number, number][] = [];
  for (let start = 0; start < count; start += most) {
    chunks.push([start, Math.min(most, count - start)]);
  }
  return chunks;
}

/**
 * [first, count] of pieces of a batch whose sequences have `size` values each: pieces fit into one
 * binding and one dimension of a dispatch, and begin at aligned offsets. Throws, naming `action`,
 * where a sequence does not fit.
 */
export function sequenceChunks(
  gpu: Gpu,
  action: string,
  { batch, size }: { batch: number; size: number },
): [number, number][] {
  const limit = Math.min(Math.floor(gpu.maxBinding / (4 * size)), MOST_WORKGROUPS);
  if (batch <= limit) return [[0, batch]];
  const most = Math.floor(limit / ALIGNMENT) * ALIGNMENT || limit;
  if (most === 0 || (most % ALIGNMENT !== 0 && most * size % ALIGNMENT !== 0)) {
    throw new RangeError(
      `Cannot ${action}: expected a sequence to fit into a binding of ${gpu.maxBinding} bytes ` +
        `but found ${4 * size}: take shorter sequences`,
    );
  }
  const pieces: [number, number][] = [];
  for (let first = 0; first < batch; first += most) {
    pieces.push([first, Math.min(most, batch - first)]);
  }
  return pieces;
}
