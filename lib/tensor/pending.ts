/**
 * Work that waits until somebody touches its results: gradients that come in parts are summed all at
 * once. `launch` asks here before each dispatch.
 * @module
 */
import type { Gpu } from "../gpu/gpu.ts";
import type { BufferRange } from "../gpu/recorder.ts";

/** Ranges that will be written, and what writes them all. */
export type Pending = { ranges: BufferRange[]; run: () => void };

const waiting = new WeakMap<Gpu, Pending>();

/** Notes what waits on a device, or that nothing does. */
export function setPending(gpu: Gpu, pending: Pending | undefined): void {
  if (pending) waiting.set(gpu, pending);
  else waiting.delete(gpu);
}

/** Runs what waits, where one of `ranges` is part of it. */
export function settlePending(gpu: Gpu, ranges: readonly BufferRange[]): void {
  const pending = waiting.get(gpu);
  if (!pending) return;
  const touched = ranges.some((range) => pending.ranges.some((other) => overlap(range, other)));
  if (touched) pending.run();
}

/** Whether two ranges have a byte in common. */
export function overlap(a: BufferRange, b: BufferRange): boolean {
  return a.buffer === b.buffer && a.offset < b.offset + b.size && b.offset < a.offset + a.size;
}
