/**
 * What a run's folder holds of stage-wise diffing, read once for figures, section and table.
 *
 * @module
 */
import { readRun, type Run } from "../../lib/diff/run.ts";
import { type LatentRow, latentTable } from "../../lib/diff/table.ts";

/** The run, and one row a latent. */
export type StagewiseResults = Run & { rows: LatentRow[] };

/** Reads the results in a run's folder. Throws where they cannot be read. */
export async function readResults(folder: string): Promise<StagewiseResults> {
  const run = await readRun(folder);
  return { ...run, rows: latentTable(run) };
}
