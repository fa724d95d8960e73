/** The scale of each site: √d_in / mean ‖a‖, measured once at stage S and shared by all stages. @module */
import { empty, rowSlice } from "../tensor/tensor.ts";
import type { ActivationPool } from "./activations.ts";
import { decoderNorms } from "./decoder_norms.ts";

/** Rows looked at: 100 batches of 256, as published. */
const ROWS = 25_600;

/** Mean norms over the first rows of the pool, which hold shuffled sequences → one scale for each site. */
export async function siteScales(
  { tables }: ActivationPool,
  { n_sites, d_in }: { n_sites: number; d_in: number },
): Promise<number[]> {
  const table = tables[0];
  const rows = rowSlice(table, 0, Math.min(ROWS, table.rows));
  // Activations lie like decoder vectors, [rows, n_sites, d_in], so the same kernel gives their norms.
  const seen = rows.over([rows.rows, n_sites, d_in]);
  using sums = empty(table.gpu, [rows.rows]);
  using site_norms = decoderNorms(seen, sums).site_norms;
  const norms = await site_norms.read();
  return Array.from({ length: n_sites }, (_, l) => {
    let sum = 0;
    for (let r = 0; r < rows.rows; r++) sum += norms[r * n_sites + l];
    const scale = Math.sqrt(d_in) / (sum / rows.rows);
    if (Number.isFinite(scale) && scale > 0) return scale;
    throw new RangeError(
      `Cannot scale activations: expected finite ones that are not all 0 at site ${l} of ${n_sites} ` +
        `but found a mean norm of ${
          sum / rows.rows
        }: look at the model's weights, or leave the site out`,
    );
  });
}
