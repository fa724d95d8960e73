/**
 * All baselines of some pairs at the MLP inputs, from one reading of a text: what is known of a pair
 * without measuring its interaction.
 *
 * @module
 */
import type { Crosscoder } from "../../../crosscoder/coder.ts";
import type { LanguageModel } from "../../../model/language_model.ts";
import { stream } from "../../../numerics/random.ts";
import { mainEffects } from "../../pairs/main_effects.ts";
import type { PairList } from "../../pairs/instances.ts";
import type { ActiveLatents } from "../../../crosscoder/active_latents.ts";
import { type Mlp, mlpOf, mlpSites } from "../../players/mlp.ts";
import { makePlayers } from "../../players/players.ts";
import { textParts } from "../../../crosscoder/text_parts.ts";
import type { Columns } from "../columns.ts";
import { attributionMismatch } from "./attribution_mismatch.ts";
import { coActivation } from "./co_activation.ts";
import { decoderCosines } from "./decoder_cosine.ts";
import { type LatentMeans, latentMeans, productOfMeans, type ValuedPart } from "./latent_means.ts";
import { weightPotential } from "./weight_potential.ts";

/** What a text says of single latents, alone beside the rest, at one block. */
export type BlockMeans = {
  layer: number;
  site: number;
  mlp: Mlp;
  /** Of |m_i|, alone beside the rest and taken from everything. */
  insertion: LatentMeans;
  removal: LatentMeans;
  /** Of what first-order attribution misses. */
  mismatch: LatentMeans;
};

/** What a text says of the latents of a dictionary: which are active, how much each does. */
export type TextMeans = { parts: ActiveLatents[]; acts: LatentMeans; blocks: BlockMeans[] };

/** Reads a text once. Throws on a crosscoder without an MLP input of the model. */
export async function textMeans(
  model: LanguageModel,
  coder: Crosscoder,
  text: readonly ArrayLike<number>[],
): Promise<TextMeans> {
  const at = mlpSites(model, coder);
  const mlps: Mlp[] = [];
  for (const { layer } of at) mlps.push(await mlpOf(model, layer));
  const parts: ActiveLatents[] = [];
  const values = at.map(() => ({ insertion: [], removal: [], mismatch: [] }) as Valued);
  for await (const part of textParts(model, coder, text)) {
    const { active } = part;
    parts.push(active);
    for (const [block, { site }] of at.entries()) {
      using players = makePlayers(model.gpu, { mlp: mlps[block], coder, site, part });
      const { insertion, removal, mismatch } = values[block];
      const [alone, taken] = ["insertion", "removal"] as const;
      insertion.push({ active, values: await mainEffects(players, { context: alone }) });
      removal.push({ active, values: await mainEffects(players, { context: taken }) });
      mismatch.push({ active, values: await attributionMismatch(players) });
    }
  }
  return {
    parts,
    acts: latentMeans(parts.map((active) => ({ active, values: active.act }))),
    blocks: at.map(({ layer, site }, block) => ({
      layer,
      site,
      mlp: mlps[block],
      insertion: latentMeans(values[block].insertion),
      removal: latentMeans(values[block].removal),
      mismatch: latentMeans(values[block].mismatch),
    })),
  };
}

type Valued = { insertion: ValuedPart[]; removal: ValuedPart[]; mismatch: ValuedPart[] };

/**
 * Baselines that are the same at every block: B0 a random order, B1 and B2 from activations, B3 the
 * decoders over all sites.
 */
export function commonBaselines(
  { parts }: TextMeans,
  coder: Crosscoder,
  { pairs, seed }: { pairs: PairList; seed: number },
): Columns {
  const { correlation, cosine, count, pmi, jaccard } = coActivation(parts, pairs);
  const random = stream(seed, "random-order");
  return {
    random: Float64Array.from(count, () => random.uniform()),
    count,
    pmi,
    jaccard,
    activation_correlation: correlation,
    activation_cosine: cosine,
    decoder_cosine_all: decoderCosines(coder, pairs),
  };
}

/**
 * Baselines of one block: B3 at its site, B4 from weights and mean activations, B5 from main effects
 * as means per latent, B7 from what first-order attribution misses.
 */
export function blockBaselines(
  { acts }: Pick<TextMeans, "acts">,
  { site, mlp, insertion, removal, mismatch }: BlockMeans,
  { coder, pairs }: { coder: Crosscoder; pairs: PairList },
): Columns {
  const potential = weightPotential({ mlp, coder, site }, pairs, acts.mean);
  return {
    decoder_cosine: decoderCosines(coder, pairs, { site }),
    potential_insertion: potential.insertion,
    potential_bound: potential.bound,
    B5: productOfMeans(pairs, insertion),
    B5_removal: productOfMeans(pairs, removal),
    attribution_mismatch: productOfMeans(pairs, mismatch),
  };
}
