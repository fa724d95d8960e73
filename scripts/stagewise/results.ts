/**
 * What a run's folder holds of stage-wise diffing, read once for figures, section and table.
 *
 * @module
 */
import { readStagewise, type StagewiseResults as Stored } from "../../lib/diff/results.ts";
import { type LatentRow, latentTable } from "../../lib/diff/table.ts";

/** The run, and one row a latent. */
export type StagewiseResults = Stored & { rows: LatentRow[] };

/** Reads the results in a run's folder. Throws where they cannot be read. */
export async function readResults(folder: string): Promise<StagewiseResults> {
  const run = await readStagewise(folder);
  return { ...run, rows: latentTable(run) };
}
