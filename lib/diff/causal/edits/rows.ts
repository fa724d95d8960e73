/** Random rows in the place of those that a latent is removed by: [n_sites · d_in], sites side by side. @module */
import { type Random, stream } from "../../../numerics/random.ts";
import { orthonormal } from "./orthonormal.ts";
import type { RandomRows } from "./removal.ts";

/**
 * A random row like `row` at every site of `d_in` numbers, in what is to be kept of it; the same for a
 * latent wherever it fires.
 */
export function randomRow(
  row: Float32Array,
  { seed, draw = 0, keep = "norms" }: RandomRows,
  { latent, d_in }: { latent: number; d_in: number },
): Float32Array {
  if (keep === "norms") {
    return rowLike(row, stream(seed, `random vector ${draw} of latent ${latent}`), d_in);
  }
  return turnedRow(row, stream(seed, `random turn ${draw} of latent ${latent}`), d_in);
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

/** What the rows of all sites span, exchanged for a random space of as many dimensions. */
function turnedRow(row: Float32Array, random: Random, d_in: number): Float32Array {
  const sites = Array.from(
    { length: row.length / d_in },
    (_, site) => row.subarray(site * d_in, (site + 1) * d_in),
  );
  const own = orthonormal(sites), drawn = orthonormal(own.map(() => random.normals(d_in)));
  const found = new Float32Array(row.length);
  sites.forEach((values, site) => {
    own.forEach((one, k) => {
      const along = one.reduce((sum, value, c) => sum + value * values[c], 0);
      for (let c = 0; c < d_in; c++) found[site * d_in + c] += along * drawn[k][c];
    });
  });
  return found;
}
