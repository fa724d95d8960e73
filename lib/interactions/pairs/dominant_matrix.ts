/** The dominant-feature metric as a table over latents, on the device. @module */
import type { Crosscoder } from "../../crosscoder/coder.ts";
import type { LanguageModel } from "../../model/language_model.ts";
import { blocksOf } from "../players/blocks.ts";
import { makePlayers, type Players } from "../players/players.ts";
import { textParts } from "../../crosscoder/text_parts.ts";
import { type PairInstances, pairInstances } from "./instances.ts";
import { eachSpan } from "./measure.ts";
import { addToTable, createPairTable, type PairTable, readTable } from "./pair_table.ts";

/**
 * I [d_sae, d_sae] of every block over a text, row = dominant latent, column = the one that disturbs
 * it: the mean over tokens of Σ_k ‖w_out,k‖ / d_mlp |a_jk| over the neurons that i dominates
 * (Manning-Coe et al. 2026, arXiv 2606.09940; their released code loses all but one of the neurons
 * of a token that share a pair). Directed, zero diagonal. Throws as textParts and makePlayers do.
 */
export async function dominantMatrices(
  model: LanguageModel,
  coder: Crosscoder,
  text: readonly ArrayLike<number>[],
): Promise<{ layer: number; matrix: Float32Array }[]> {
  const blocks = await blocksOf(model, coder), { d_sae } = coder.config;
  using owned = new DisposableStack();
  const tables = blocks.map(() => owned.use(createPairTable(model.gpu, d_sae * d_sae)));
  let tokens = 0;
  for await (const part of textParts(model, coder, text)) {
    const instances = pairInstances(part.active);
    tokens += part.active.tokens;
    for (const [b, { mlp, site }] of blocks.entries()) {
      using players = makePlayers(model.gpu, { mlp, coder, site, part });
      await addDominance(tables[b], players, instances);
    }
  }
  const matrices = [];
  for (const [b, { layer, mlp }] of blocks.entries()) {
    const { sum } = await readTable(tables[b]), scale = 1 / (mlp.b_in.data.length * tokens);
    matrices.push({ layer, matrix: sum.map((value) => scale * value) });
  }
  return matrices;
}

/** Adds Σ_k ‖w_out,k‖ |a_jk| where i dominates to row i · d_sae + j, and the other way round. */
async function addDominance(
  table: PairTable,
  players: Players,
  instances: PairInstances,
): Promise<void> {
  const { pairs: { d_sae, i, j }, pair } = instances;
  const measures = [
    { part: "dominant_i", by: "size" },
    { part: "dominant_j", by: "size" },
  ] as const;
  await eachSpan(players, instances, { measures, orders: { permutations: 0 } }, (values, from) => {
    const here = pair.subarray(from, from + values[0].columns);
    addToTable(table, { values: values[0], rows: here.map((p) => i[p] * d_sae + j[p]) });
    addToTable(table, { values: values[1], rows: here.map((p) => j[p] * d_sae + i[p]) });
  });
}
