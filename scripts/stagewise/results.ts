/**
 * What a run's folder holds of stage-wise diffing, read once for figures, section and table.
 *
 * @module
 */
import { type CrossRow, crossTable } from "../../lib/diff/stages/cross_table.ts";
import { readStagewise, type StagewiseResults as Stored } from "../../lib/diff/stored/results.ts";
import {
  controlTables,
  type LatentRow,
  latentTable,
  type TurningRow,
  turningTable,
} from "../../lib/diff/stages/table.ts";

/**
 * The run, and one row a latent: of its first dictionary, of the controls, and of the further
 * dictionaries; `crossRows`: of the crosscoder of both models, those that fire.
 */
export type StagewiseResults = Stored & {
  rows: LatentRow[];
  controlRows: Record<"null" | "drift", TurningRow[]>;
  dictionaryRows: TurningRow[][];
  crossRows: CrossRow[];
};

/** Reads the results in a run's folder. Throws where they cannot be read. */
export async function readResults(folder: string): Promise<StagewiseResults> {
  const run = await readStagewise(folder);
  return {
    ...run,
    rows: latentTable(run),
    controlRows: controlTables(run),
    crossRows: crossTable(run.cross, run),
    dictionaryRows: run.dictionaries.map((dictionary) => turningTable(dictionary, run)),
  };
}
