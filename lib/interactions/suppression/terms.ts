/**
 * What can be cancelled in a second pass over the same tokens: terms of a sum that a layer computed
 * in the first one. Cancelling is subtracting at a hook point,
 *
 *   a latent   at blocks.L.mlp.hook_pre, a_i = f_i W_in d_i, as if it were not read
 *   a pair     at blocks.L.hook_mlp_out, v_ij = Σ_k I_ij,k w_out,k, while both main effects stay
 *
 * (ablation after Marks et al. 2024, arXiv 2403.19647; cancelling the mixed difference alone derived
 * here).
 * @module
 */
import type { PairContext } from "../formulas/mixed_difference.ts";
import { pairInstances, type PairList } from "../pairs/instances.ts";
import { pairVectors } from "../pairs/pair_vectors.ts";
import type { ActiveLatents } from "../../crosscoder/active_latents.ts";
import type { Shift } from "../../model/forced/shift.ts";
import type { ReadPart } from "./read.ts";

/**
 * Terms at one hook point: which `item` of a list, at which `token` of a part, and the `rows`
 * [terms, width] that it adds there.
 */
export type Terms = {
  hook: string;
  width: number;
  item: Uint32Array;
  token: Uint32Array;
  rows: Float32Array;
};

/** The contributions of some latents at every block; an item is the place in the list. */
export async function latentTerms(
  { active, players }: Pick<ReadPart, "active" | "players">,
  latents: readonly number[],
): Promise<Terms[]> {
  const { start, latent, act, tokens } = active;
  const place = new Map(latents.map((latent, n) => [latent, n]));
  const entries: number[] = [], token: number[] = [];
  for (let t = 0; t < tokens; t++) {
    for (let e = start[t]; e < start[t + 1]; e++) {
      if (!place.has(latent[e])) continue;
      entries.push(e);
      token.push(t);
    }
  }
  const item = Uint32Array.from(entries, (e) => place.get(latent[e])!);
  const terms: Terms[] = [];
  for (const { layer, players: { w, d_mlp } } of players) {
    const read = await w.read(), rows = new Float32Array(entries.length * d_mlp);
    entries.forEach((e, n) => {
      for (let k = 0; k < d_mlp; k++) rows[n * d_mlp + k] = act[e] * read[latent[e] * d_mlp + k];
    });
    const hook = `blocks.${layer}.mlp.hook_pre`;
    terms.push({ hook, width: d_mlp, item, token: Uint32Array.from(token), rows });
  }
  return terms;
}

/** Instances whose vectors are held at once. */
const INSTANCES = 2 ** 16;

/**
 * The vectors of some pairs, of every pair without a list, block by block in pieces of some tokens;
 * an item is the number of a pair in the `pairs` that come along.
 */
export async function* pairTerms(
  { active, players }: Pick<ReadPart, "active" | "players">,
  { only, context }: { only?: PairList; context: PairContext },
): AsyncGenerator<Terms & { pairs: PairList }> {
  for (const tokens of tokenRanges(active, INSTANCES)) {
    const instances = pairInstances(active, { only, tokens });
    if (instances.pair.length === 0) continue;
    for (const { layer, players: own } of players) {
      using vectors = pairVectors(own, instances, { context });
      const { pair: item, token, pairs } = instances;
      const hook = `blocks.${layer}.hook_mlp_out`;
      yield { hook, width: vectors.columns, item, token, rows: await vectors.read(), pairs };
    }
  }
}

/** The sum of terms at every token. */
export async function shiftOf(
  terms: Iterable<Terms> | AsyncIterable<Terms>,
  { tokens }: { tokens: number },
): Promise<Shift> {
  const shift: Shift = new Map();
  for await (const { hook, width, token, rows } of terms) {
    const found = shift.get(hook) ?? { width, data: new Float32Array(tokens * width) };
    shift.set(hook, found);
    token.forEach((t, n) => {
      for (let c = 0; c < width; c++) found.data[t * width + c] += rows[n * width + c];
    });
  }
  return shift;
}

/** Ranges of tokens with at most so many pairs of latents, or of one token. */
function* tokenRanges({ tokens, start }: ActiveLatents, most: number): Generator<[number, number]> {
  let from = 0, sum = 0;
  for (let t = 0; t < tokens; t++) {
    const n = start[t + 1] - start[t], count = n * (n - 1) / 2;
    if (sum > 0 && sum + count > most) {
      yield [from, t];
      [from, sum] = [t, 0];
    }
    sum += count;
  }
  yield [from, tokens];
}
