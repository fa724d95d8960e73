/** How one-dimensional work is laid over workgroups and bindings. @module */
import type { Gpu } from "../../gpu/device.ts";

/**
 * A grid of at least `count` invocations. Beyond 65,535 workgroups it is folded: invocation index = id.y · stride + id.x.
 */
export function gridFor(
  count: number,
  workgroup: number,
): { workgroups: [number, number, number]; stride: number } {
  const groups = Math.ceil(count / workgroup);
  const x = Math.min(groups, 65535);
  return { workgroups: [x, Math.ceil(groups / x), 1], stride: x * workgroup };
}

/** [start, size] of pieces of `count` values that fit into one binding and begin at aligned offsets. */
export function flatChunks(gpu: Gpu, count: number): [number, number][] {
  const most = Math.floor(gpu.maxBinding / 1024) * 256;
  const chunks: [number, number][] = [];
  for (let start = 0; start < count; start += most) {
    chunks.push([start, Math.min(most, count - start)]);
  }
  return chunks;
}
