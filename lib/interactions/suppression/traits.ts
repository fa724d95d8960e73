/**
 * What controls are matched on, and what pairs are chosen by before any is cancelled: of latents and
 * pairs how often they occur and how strong their main effects are, of pairs besides what cancelling
 * them does to first order.
 * @module
 */
import type { PairContext } from "../formulas/mixed_difference.ts";
import { mainEffects } from "../pairs/main_effects.ts";
import type { PairList } from "../pairs/instances.ts";
import { logOddsGradients } from "../../model/forced/log_odds_gradients.ts";
import type { Outcome } from "../../model/forced/outcomes.ts";
import type { ForcedText, ReadPart } from "./read.ts";
import { pairTerms } from "./terms.ts";

/**
 * [items]: tokens at which an item occurs, and its mean main effect there, ‖m_i‖ or √(‖m_i‖ ‖m_j‖)
 * (removal), summed over the blocks.
 */
export type Traits = { count: Float64Array; main: Float64Array };

/** Of every latent, [d_sae]. */
export async function latentTraits({ parts, d_sae }: ForcedText): Promise<Traits> {
  const count = new Float64Array(d_sae), main = new Float64Array(d_sae);
  for (const { active: { latent }, ...part } of parts) {
    latent.forEach((i) => count[i]++);
    for (const sizes of await mainSizes(part)) {
      sizes.forEach((size, entry) => main[latent[entry]] += size);
    }
  }
  return { count, main: main.map((sum, i) => sum / Math.max(1, count[i])) };
}

/** Of every pair that meets; `first`: Σ over its tokens of −⟨gradient, v_ij⟩, a mean over prompts. */
export async function pairTraits(
  text: ForcedText,
  { before, context }: { before: readonly Outcome[]; context: PairContext },
): Promise<Traits & { pairs: PairList; first: Float64Array }> {
  const { d_sae } = text, found = new Map<number, { count: number; main: number; first: number }>();
  for (const part of text.parts) {
    const written = part.players.map(({ layer }) => `blocks.${layer}.hook_mlp_out`);
    const gradients = await logOddsGradients(text.model, part, { hooks: written, before });
    const mains = await mainSizes(part), hooks = [...gradients.keys()];
    const entryOf = entryFinder(part);
    for await (const terms of pairTerms(part, { context })) {
      const { hook, width, item, token, rows, pairs: { i, j } } = terms;
      const gradient = gradients.get(hook)!, main = mains[hooks.indexOf(hook)];
      item.forEach((pair, n) => {
        const [a, b, t] = [i[pair], j[pair], token[n]], key = a * d_sae + b;
        const sums = found.get(key) ?? { count: 0, main: 0, first: 0 };
        found.set(key, sums);
        sums.count += 1 / hooks.length;
        sums.main += Math.sqrt(main[entryOf(t, a)] * main[entryOf(t, b)]);
        for (let c = 0; c < width; c++) {
          sums.first -= gradient[t * width + c] * rows[n * width + c] / text.forced.length;
        }
      });
    }
  }
  const keys = [...found.keys()].sort((a, b) => a - b);
  const take = (value: (key: number) => number) => Float64Array.from(keys, value);
  return {
    pairs: pairsOfKeys(keys, d_sae),
    count: take((key) => found.get(key)!.count),
    main: take((key) => found.get(key)!.main / found.get(key)!.count),
    first: take((key) => found.get(key)!.first),
  };
}

/** Pairs i · d_sae + j as a sorted list. */
export function pairsOfKeys(keys: readonly number[], d_sae: number): PairList {
  const sorted = [...keys].sort((a, b) => a - b);
  return {
    d_sae,
    i: Uint32Array.from(sorted, (key) => Math.floor(key / d_sae)),
    j: Uint32Array.from(sorted, (key) => key % d_sae),
  };
}

/** ‖m_i‖ of every entry, block by block. */
async function mainSizes({ players }: Pick<ReadPart, "players">): Promise<Float32Array[]> {
  const sizes = [];
  for (const { players: own } of players) {
    sizes.push(await mainEffects(own, { context: "removal" }));
  }
  return sizes;
}

/** The entry of a latent that is active at a token. */
function entryFinder({ active: { start, latent } }: ReadPart) {
  return (token: number, wanted: number): number => {
    let low = start[token], high = start[token + 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (latent[middle] < wanted) low = middle + 1;
      else high = middle;
    }
    return low;
  };
}
