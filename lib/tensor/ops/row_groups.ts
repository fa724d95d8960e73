/**
 * Rows of one sequence that stand behind one another, so that a subgroup can share the keys that it
 * loads.
 * @module
 */
import type { Gpu } from "../../gpu/gpu.ts";
import { MOST_WORKGROUPS } from "../launch.ts";
import { type Tensor, uploadIds } from "../tensor.ts";

/** Rows of a lane in kernels/row_attention.wgsl. */
export const ROWS = 2;

/** Numbers of a group: first row, rows, sequence, least and largest position, and padding. */
const FIELDS = 8;

/**
 * Groups u32 [groups, 8] of rows for rowAttention(): sequences and positions of all rows. None where
 * the device has no subgroups, or the rows would leave half of them idle.
 */
export function groupRows(
  gpu: Gpu,
  { sequences, positions }: { sequences: ArrayLike<number>; positions: ArrayLike<number> },
): Tensor | undefined {
  const size = ROWS * gpu.subgroupSize, rows = sequences.length;
  if (size === 0) return undefined;
  const groups: number[] = [];
  for (let first = 0; first < rows;) {
    let end = first + 1, [least, largest] = [positions[first], positions[first]];
    while (end < rows && end - first < size && sequences[end] === sequences[first]) {
      least = Math.min(least, positions[end]);
      largest = Math.max(largest, positions[end]);
      end++;
    }
    groups.push(first, end - first, sequences[first], least, largest, 0, 0, 0);
    first = end;
  }
  const count = groups.length / FIELDS;
  if (count > MOST_WORKGROUPS || 2 * rows < size * count) return undefined;
  return uploadIds(gpu, [count, FIELDS], groups);
}
