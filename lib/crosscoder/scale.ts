/**
 * The scale of each site: √d_in / mean ‖a‖, measured once at stage S and shared by all stages.
 * @module
 */
import { empty, type Tensor } from "../tensor/tensor.ts";
import { rowSlice } from "../tensor/views.ts";
import type { ActivationPool } from "./harvest/pool.ts";
import { decoderNormsInto } from "./decoder_norms.ts";

/** Rows looked at: 100 batches of 256, as published. */
const ROWS = 25_600;

/**
 * Mean norms over the first rows of the pool, in all its tables, which hold shuffled sequences →
 * one scale for each site.
 */
export async function siteScales(
  { tables }: ActivationPool,
  { n_sites, d_in }: { n_sites: number; d_in: number },
): Promise<number[]> {
  const sums = new Float64Array(n_sites);
  let count = 0;
  for (const table of tables) {
    const norms = await rowNorms(table, {
      n_sites,
      d_in,
      rows: Math.min(ROWS - count, table.rows),
    });
    norms.forEach((norm, i) => sums[i % n_sites] += norm);
    count += norms.length / n_sites;
    if (count === ROWS) break;
  }
  return Array.from(sums, (sum, l) => {
    const scale = Math.sqrt(d_in) / (sum / count);
    if (Number.isFinite(scale) && scale > 0) return scale;
    throw new RangeError(
      `Cannot scale activations: expected finite ones that are not all 0 at site ${l} of ${n_sites} ` +
        `but found a mean norm of ${
          sum / count
        }: look at the model's weights, or leave the site out`,
    );
  });
}

/** The norms of the first `rows` rows at each site, [rows, n_sites]. */
async function rowNorms(
  table: Tensor,
  { n_sites, d_in, rows }: { n_sites: number; d_in: number; rows: number },
): Promise<Float32Array> {
  // Activations lie like decoder vectors, [rows, n_sites, d_in], so the same kernel gives their
  // norms.
  const seen = rowSlice(table, 0, rows).over([rows, n_sites, d_in]);
  using sums = empty(table.gpu, [rows]);
  using site_norms = decoderNormsInto(seen, sums).site_norms;
  return await site_norms.read();
}
