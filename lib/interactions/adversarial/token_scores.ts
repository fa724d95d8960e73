/**
 * How strange a token looks, by its interactions and by what is cheaper: one number a token each.
 *
 *   bound        Σ_blocks Σ_k ‖w_out,k‖ osc (Σ|a| − max|a|), the token score of Manning-Coe et al. 2026 (arXiv 2606.09940)
 *   excess       Σ_blocks Σ_k ‖w_out,k‖ |E_k|, exact (derived here)
 *   rare_pairs   Σ_{i<j active} Σ_blocks ‖v_ij‖ · (−log p_ij), insertion, p_ij the rate of the pair in a reference text
 *   rarity       Σ_{i<j active} −log p_ij: the same without any interaction in it
 *   latents      number of active latents
 *   error        Σ_sites ‖x − x̂‖²
 *   mahalanobis  Σ_sites (x − mean)ᵀ Σ⁻¹ (x − mean) of the reference text
 *   loss         −log p(token | what stands before), in nats; 0 at the first token of a sequence
 * @module
 */
import type { Crosscoder } from "../../crosscoder/coder.ts";
import { type LanguageModel, logits } from "../../model/language_model.ts";
import { tokenTensor } from "../../model/run_with_cache.ts";
import { crossEntropy } from "../../tensor/ops/cross_entropy.ts";
import { upload, uploadIds } from "../../tensor/tensor.ts";
import { pairInstances } from "../pairs/instances.ts";
import { neuronScores } from "../pairs/neuron_scores.ts";
import { pairScores } from "../pairs/pair_scores.ts";
import { makePlayers } from "../players/players.ts";
import { textParts } from "../../crosscoder/text_parts.ts";
import { reconstruction } from "../ranking/reconstruction.ts";
import type { Distances } from "./mahalanobis.ts";
import type { MeetingCounts } from "./never_together.ts";
import type { SiteMlp } from "./potential.ts";

/** Scores of a token that adversarial examples are searched by. */
export const TOKEN_SCORES = [
  "bound",
  "excess",
  "rare_pairs",
  "rarity",
  "latents",
  "error",
  "mahalanobis",
  "loss",
] as const;
/** One of them. */
export type TokenScore = typeof TOKEN_SCORES[number];

/** What a text is strange against. `distances` by site of the crosscoder. */
export type Reference = { counts: MeetingCounts; distances: readonly Distances[] };

/** [tokens] each, of sequences of one length; `mlps` are those whose inputs are sites of the crosscoder. */
export async function tokenScores(
  { model, coder, mlps }: { model: LanguageModel; coder: Crosscoder; mlps: readonly SiteMlp[] },
  text: readonly Uint32Array[],
  { counts, distances }: Reference,
): Promise<Record<TokenScore, Float64Array>> {
  const tokens = text.length * text[0].length;
  const scores = Object.fromEntries(
    TOKEN_SCORES.map((name) => [name, new Float64Array(tokens)]),
  ) as Record<TokenScore, Float64Array>;
  for await (const part of textParts(model, coder, text)) {
    const { first, active } = part, instances = pairInstances(active);
    const { i, j } = instances.pairs;
    const rarities = Float64Array.from(i, (latent, p) => rarityOf(counts, latent, j[p]));
    instances.pair.forEach((p, at) => scores.rarity[first + instances.token[at]] += rarities[p]);
    for (let t = 0; t < active.tokens; t++) {
      scores.latents[first + t] = active.start[t + 1] - active.start[t];
    }
    for (const { mlp, site } of mlps) {
      using players = makePlayers(model.gpu, { mlp, coder, site, part });
      const { sums } = await neuronScores(players);
      const { insertion } = await pairScores(players, instances, { metrics: ["insertion"] });
      for (let t = 0; t < active.tokens; t++) {
        scores.bound[first + t] += sums.dominant[t];
        scores.excess[first + t] += sums.excess[t];
      }
      insertion.forEach((norm, at) => {
        scores.rare_pairs[first + instances.token[at]] += norm * rarities[instances.pair[at]];
      });
      const x = await part.x[site].read(), x_hat = reconstruction(active, coder, site).data;
      const d_in = coder.config.d_in;
      for (let t = 0; t < active.tokens; t++) {
        const row = x.subarray(t * d_in, (t + 1) * d_in);
        scores.mahalanobis[first + t] += distances[site](row);
        row.forEach((value, n) => scores.error[first + t] += (value - x_hat[t * d_in + n]) ** 2);
      }
    }
  }
  scores.loss.set(await tokenLosses(model, text));
  return scores;
}

/** −log of the share of tokens at which both fire; a pair that never met counts half a token. */
function rarityOf({ tokens, d_sae, together }: MeetingCounts, i: number, j: number): number {
  return -Math.log(Math.max(together[i * d_sae + j], 0.5) / tokens);
}

/** Sequences of one pass. */
const BATCH = 16;

/** −log p of every token given what stands before it, 0 for the first of a sequence; [tokens]. */
export async function tokenLosses(
  model: LanguageModel,
  text: readonly ArrayLike<number>[],
): Promise<Float64Array> {
  const { gpu } = model, pos = text[0].length, losses = new Float64Array(text.length * pos);
  for (let first = 0; first < text.length; first += BATCH) {
    const part = text.slice(first, first + BATCH), rows = part.length * pos;
    const targets = Uint32Array.from({ length: rows }, (_, r) => {
      const sequence = part[Math.floor(r / pos)];
      return sequence[Math.min(r % pos + 1, pos - 1)];
    });
    using ids = tokenTensor(model, part);
    using wanted = uploadIds(gpu, [rows], targets);
    using weights = upload(gpu, { shape: [rows], data: new Float32Array(rows).fill(1) });
    using result = logits(model, ids);
    const { loss, perRow } = crossEntropy(result, wanted, weights);
    loss.release();
    using each = perRow;
    (await each.read()).forEach((value, r) => {
      if (r % pos < pos - 1) losses[first * pos + r + 1] = value;
    });
  }
  return losses;
}
