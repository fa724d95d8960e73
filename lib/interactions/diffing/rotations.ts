/**
 * The rivals that look at weights: one dictionary, trained further on each of two models, and how
 * far its decoder vectors then stand apart (stage-wise model diffing).
 * @module
 */
import { type Crosscoder, fold } from "../../crosscoder/coder.ts";
import { createPoolFeed } from "../../crosscoder/harvest/feed.ts";
import { RECIPES } from "../../crosscoder/recipes.ts";
import type { RecipeSettings } from "../../crosscoder/settings.ts";
import { trainCrosscoder } from "../../crosscoder/train.ts";
import { rotation } from "../../diff/stages/rotation.ts";
import type { LanguageModel } from "../../model/language_model.ts";
import type { Random } from "../../numerics/random.ts";

/** Training on of a BatchTopK dictionary. */
export type FineTuning = Pick<RecipeSettings, "steps" | "batch" | "lr" | "poolSequences" | "k">;

/** `coder` trained further on one model's activations; folded. */
export async function tunedCoder(
  model: LanguageModel,
  coder: Crosscoder,
  { sequences, settings, random, name }: {
    sequences: readonly Uint32Array[];
    settings: FineTuning;
    random: Random;
    name: string;
  },
): Promise<Crosscoder> {
  const { batch, poolSequences } = settings;
  const sites = coder.config.sites.map(({ hook }) => hook);
  const feed = createPoolFeed({ models: { model }, sequences }, {
    sites,
    batch,
    poolSequences,
    random,
  });
  try {
    const all = { ...RECIPES.batchtopk.settings, ...settings };
    return fold(await trainCrosscoder(model.gpu, coder, { name, settings: all, feed }));
  } finally {
    feed.release();
  }
}

/** 1 − cosine of each latent's decoder vectors, and |log of their norms' quotient|; [d_sae] each. */
export function turning(
  before: Crosscoder,
  after: Crosscoder,
): { rotation: Float64Array; norm_ratio: Float64Array } {
  const [a, b] = [before, after].map(({ arrays }) => norms(arrays.W_dec));
  return {
    rotation: rotation(before.arrays.W_dec, after.arrays.W_dec).map((cosine) => 1 - cosine),
    norm_ratio: a.map((norm, i) => norm > 0 && b[i] > 0 ? Math.abs(Math.log(b[i] / norm)) : 0),
  };
}

function norms({ shape: [d_sae, ...rest], data }: Crosscoder["arrays"]["W_dec"]): Float64Array {
  const length = rest.reduce((product, n) => product * n, 1);
  return Float64Array.from(
    { length: d_sae },
    (_, i) => Math.hypot(...data.subarray(i * length, (i + 1) * length)),
  );
}
