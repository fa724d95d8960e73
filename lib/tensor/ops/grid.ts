/** How work is laid over workgroups and bindings. @module */
import type { Gpu } from "../../gpu/device.ts";

/** Workgroups along one dimension of a dispatch; WebGPU guarantees as many. */
export const MOST_WORKGROUPS = 65535;

/**
 * A grid of at least `count` invocations. Beyond 65,535 workgroups it is folded: invocation index = id.y · stride + id.x.
 */
export function gridFor(
  count: number,
  workgroup: number,
): { workgroups: [number, number, number]; stride: number } {
  const groups = Math.ceil(count / workgroup);
  const x = Math.min(groups, MOST_WORKGROUPS);
  return { workgroups: [x, Math.ceil(groups / x), 1], stride: x * workgroup };
}

/**
 * `across` workgroups for each of `rows`: row = id.z · groups.y + id.y, where `groups` is num_workgroups. Beyond 65,535 rows
 * the last ones may not exist.
 */
export function rowGrid(across: number, rows: number): [number, number, number] {
  const z = Math.ceil(rows / MOST_WORKGROUPS);
  return [across, Math.ceil(rows / z), z];
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
