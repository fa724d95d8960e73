/**
 * What a run's folder holds of the compact proofs, read once for figures, section and table.
 *
 * @module
 */
import type { MaxOfKModel } from "../../lib/proofs/max_of_k.ts";
import {
  byFamily,
  familyTitle,
  type ProofsRun,
  readProofs,
  readResultModel,
} from "../../lib/proofs/run/results.ts";

/** Every strategy's result for each model, and one model of each population with its weights. */
export type ProofsResults = ProofsRun & { representatives: Representative[] };

/** The model that stands for its population, and the population's names. */
export type Representative = {
  /** "K4-seed0". */
  id: string;
  /** "K = 4, K4-seed0". */
  name: string;
  /** "K = 4". */
  family: string;
  K: number;
  v: number;
  model: MaxOfKModel;
};

/** The first model of each population. */
async function readRepresentatives(run: ProofsRun): Promise<Representative[]> {
  const found = byFamily(run).filter(({ models }) => models.length > 0);
  return await Promise.all(found.map(async ({ family: { K, v }, models: [result] }) => {
    const family = familyTitle({ K, v }), { id } = result;
    const model = await readResultModel(run.folder, result);
    return { id, name: `${family}, ${id}`, family, K, v, model };
  }));
}

/**
 * Reads the results in a run's folder. Throws where they, or a model that figures show, cannot be
 * read.
 */
export async function readResults(folder: string): Promise<ProofsResults> {
  const run = await readProofs(folder);
  return { ...run, representatives: await readRepresentatives(run) };
}
