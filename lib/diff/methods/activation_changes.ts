/**
 * Directions of the differences of activations, without any training.
 *
 *   pca, pca-clean   eigenvectors of the mean of δ δᵀ, δ the difference at all sites stacked, in raw units;
 *                    not centred: what is added everywhere is a change too; signed as the mean of δ is
 *   adl              the mean of δ at each of the first eight tokens of a text that both know, and over all
 *                    tokens (Minder et al. 2025, arXiv 2510.13900: differences on the first tokens of
 *                    unrelated text betray a narrow fine-tune)
 *
 * ```ts
 * import { assert } from "@std/assert";
 * import { openGpu } from "../../gpu/open.ts";
 * import { createGptNeo } from "../../model/architectures/gpt_neo.ts";
 * import { gptNeoConfig } from "../../model/architectures/gpt_neo/config.ts";
 * import { initialWeights } from "../../model/architectures/gpt_neo/weights.ts";
 * import { stream } from "../../numerics/random.ts";
 * import { meanDifferences } from "./activation_changes.ts";
 * import { methodSettings } from "./settings.ts";
 * using gpu = await openGpu();
 * const config = gptNeoConfig({ d_vocab: 20, d_model: 8, n_layers: 1, n_heads: 2, n_ctx: 16 });
 * const weights = initialWeights(config, stream(0, "weights"));
 * const base = createGptNeo(gpu, config, weights);
 * weights["transformer.h.0.mlp.c_proj.bias"].data[3] += 1; // b_out [8]: a constant
 * const other = createGptNeo(gpu, config, weights);
 * const text = { base: [Uint32Array.of(1, 2, 3)], other: [] };
 * const options = { settings: methodSettings("smoke"), seed: 0 };
 * const { directions: [first] } = await meanDifferences.find({ base, other, text }, options);
 * assert(first.kind === "vector" && first.at.get("blocks.0.hook_resid_post")![3] > 0.999);
 * ```
 * @module
 */
import { type Random, stream } from "../../numerics/random.ts";
import { topEigenvectors } from "../../numerics/top_eigenvectors.ts";
import { bestFirst, stackedVector } from "./directions.ts";
import { differenceMoments } from "./difference_moments.ts";
import { differingHooks } from "./differences.ts";
import { passCost, total } from "./cost.ts";
import { makeMethod } from "./make_method.ts";
import type { Found, Method, ModelPair } from "./method.ts";

export const pca = byComponents("pca", "PCA of differences", "other");
export const pcaClean = byComponents("pca-clean", "PCA of differences, clean text", "base");

function byComponents(name: string, title: string, which: "base" | "other"): Method {
  return makeMethod({
    trains: [],
    lists: "vectors",
    name,
    title,
    source: "baseline",
    needs: which === "other" ? ["other text"] : [],
    find: (pair, { settings: { listed, measured }, seed, action }) => {
      const random = stream(seed, `components ${which}`);
      const text = pair.text[which].slice(0, measured);
      return principalComponents(pair, text, { action, n: listed, random });
    },
  });
}

/** The first `n` components of the differences of a pair on a text, and what they cost. */
export async function principalComponents(
  pair: ModelPair,
  text: readonly Uint32Array[],
  { action, n: most, random }: { action: string; n: number; random: Random },
): Promise<Found> {
  const { hooks, read } = await differingHooks(action, pair, text);
  const { squares, byPosition, n } = await differenceMoments(pair, hooks, text);
  const { values, vectors, rounds } = topEigenvectors(squares, { n: most, random });
  const mean = sumOf(byPosition), N = squares.rows;
  const found = vectors.map((vector, i) => ({
    score: values[i] / n,
    direction: stackedVector(hooks, signedAs(mean, vector)),
  }));
  const reading = passCost(pair, { sequences: read + text.length, models: 2 });
  const own = { flops: 2 * N * N * (n + rounds * (most + 8)), bytes: 4 * N * (n + N) };
  return { ...bestFirst(found), cost: total([reading, own]) };
}

/** First tokens of which each has its own mean. */
const FIRST = 8;

export const meanDifferences = makeMethod({
  trains: [],
  lists: "vectors",
  name: "adl",
  title: "Mean differences of first tokens",
  source: "arXiv 2510.13900",
  needs: [],
  find: async (pair, { settings: { listed, measured }, action }) => {
    const text = pair.text.base.slice(0, measured);
    const { hooks, read } = await differingHooks(action, pair, text);
    const { byPosition, n } = await differenceMoments(pair, hooks, text);
    const means = byPosition.slice(0, FIRST).map((sum) => sum.map((value) => value / text.length));
    const all = [...means, sumOf(byPosition).map((value) => value / n)];
    const found = all.map((mean) => ({ score: Math.hypot(...mean), mean }))
      .filter(({ score }) => score > 0)
      .map(({ score, mean }) => ({ score, direction: stackedVector(hooks, mean) }));
    return {
      ...bestFirst(found, listed),
      cost: passCost(pair, { sequences: read + text.length, models: 2 }),
    };
  },
});

function sumOf(rows: readonly Float64Array[]): Float64Array {
  return rows[0].map((_, i) => rows.reduce((sum, row) => sum + row[i], 0));
}

/** The vector, turned round where it points against the other one. */
function signedAs(other: Float64Array, vector: Float64Array): Float64Array {
  const dot = vector.reduce((sum, value, i) => sum + value * other[i], 0);
  return dot < 0 ? vector.map((value) => -value) : vector;
}
