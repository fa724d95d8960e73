/** Random rows in the place of those that a latent is removed by: [n_sites · d_in], sites side by side. @module */
import { type Random, stream } from "../../../numerics/random.ts";
import type { RandomRows } from "./removal.ts";

/**
 * A random row with the norm of `row` at every site of `d_in` numbers, the same for a latent wherever it
 * fires.
 */
export function randomRow(
  row: Float32Array,
  { seed, draw = 0 }: RandomRows,
  { latent, d_in }: { latent: number; d_in: number },
): Float32Array {
  return rowLike(row, stream(seed, `random vector ${draw} of latent ${latent}`), d_in);
}

/** Random numbers with the norm of `row` at every site of `d_in` numbers. */
export function rowLike(row: Float32Array, random: Random, d_in: number): Float32Array {
  const found = new Float32Array(row.length);
  for (let from = 0; from < row.length; from += d_in) {
    const drawn = random.normals(d_in), wanted = row.subarray(from, from + d_in);
    const factor = Math.hypot(...wanted) / Math.hypot(...drawn);
    found.set(drawn.map((value) => value * factor), from);
  }
  return found;
}
