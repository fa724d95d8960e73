/**
 * A crosscoder of both models side by side, all sites of each: which of its latents are the other model's
 * alone? BatchTopK (Minder et al. 2025, arXiv 2504.02922), and the L1 of the first crosscoders (Lindsey et al.
 * 2024, "Sparse Crosscoders"), which invents latents of one model.
 *
 *   crosscoder, crosscoder-clean, crosscoder-l1   by relative norm of the decoder
 *   crosscoder-scaling                            by latent scaling: 1 − max(ν_ε, ν_r)
 *
 * Latents that fire on more than a tenth of the tokens are left out, since removing a dense one breaks a
 * model whatever it stands for; those that never fire as well. A direction is a latent's decoder in the
 * other model, all sites together: whether the latent fires can be seen with both models alone.
 * @module
 */
import { coderCost, passCost, sizeOf, total } from "./cost.ts";
import { type Dictionary, dictionaryOf } from "./dictionary.ts";
import { decoderDirections } from "./directions.ts";
import { createPoolFeed } from "../../crosscoder/harvest/feed.ts";
import type { Crosscoder } from "../../crosscoder/coder.ts";
import type { Gpu } from "../../gpu/gpu.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { latentScaling } from "./latent_scaling.ts";
import { latentSums } from "./latent_sums.ts";
import { makeMethod } from "./make_method.ts";
import type { Method, ModelPair } from "./method.ts";
import type { Firing } from "./rates_of.ts";
import { relativeNorms } from "./relative_norms.ts";
import { bothSites, sideBySide } from "./side_by_side.ts";

type Score = (coder: Crosscoder, gpu: Gpu, rows: () => Iterable<Tensor>) => Promise<number[]>;

const byNorm: Score = (coder) => Promise.resolve(relativeNorms(coder));

const byScaling: Score = async (coder, gpu, rows) => {
  const { nu_eps, nu_r } = await latentScaling(gpu, coder, rows());
  return nu_eps.map((nu, i) => 1 - Math.max(nu, nu_r[i]));
};

export const crosscoder = acrossModels("crosscoder", "Crosscoder of both models", {
  score: byNorm,
});
export const crosscoderScaling = acrossModels("crosscoder-scaling", "Crosscoder, latent scaling", {
  score: byScaling,
  passes: 2,
});
export const crosscoderClean = acrossModels("crosscoder-clean", "Crosscoder, clean text", {
  score: byNorm,
  text: "base",
});
export const crosscoderL1 = acrossModels("crosscoder-l1", "Crosscoder, L1", {
  score: byNorm,
  recipe: "l1",
});

/** Share of the tokens on which a latent of a list fires at most. */
const DENSE = 0.1;

function acrossModels(
  name: string,
  title: string,
  { score, text = "other", recipe = "batchtopk", passes = 1 }: {
    score: Score;
    text?: "base" | "other";
    recipe?: Dictionary["recipe"];
    passes?: number;
  },
): Method {
  return makeMethod({
    name,
    title,
    source: recipe === "l1" ? "Lindsey et al. 2024, Sparse Crosscoders" : "arXiv 2504.02922",
    needs: text === "other" ? ["other text"] : [],
    find: async (pair, options) => {
      const { settings } = options, { gpu } = pair.base;
      const coder = await dictionaryOf(sideBySideDictionary(pair, { text, recipe }), pair, options);
      const measured = pair.text[text].slice(0, settings.measured);
      const rows = () => sideBySide(pair, bothSites(pair), measured);
      const firing = await latentSums(gpu, coder, rows());
      const size = sizeOf(pair, settings.d_sae), encoded = { ...size, n_sites: 2 * size.n_sites };
      return {
        coder,
        ...decoderDirections(coder, ofSparse(firing, await score(coder, gpu, rows)), "other"),
        cost: total([
          coderCost(pair, {
            training: { ...settings.cross, poolSequences: settings.S.poolSequences },
            sequences: Math.min(settings.sequences, pair.text[text].length),
            size: encoded,
            models: 2,
          }),
          passCost(pair, { sequences: passes * measured.length, models: 2, encoded }),
        ]),
      };
    },
  });
}

/** A dictionary of both models' activations. */
function sideBySideDictionary(
  pair: ModelPair,
  { text, recipe }: Pick<Dictionary, "text" | "recipe">,
): Dictionary {
  const { base, other } = pair, { sites, d_in } = bothSites(pair);
  return {
    name: `crosscoder-${recipe}-${text}`,
    text,
    recipe,
    sites,
    d_in,
    feed: (sequences, drawing) =>
      createPoolFeed({ models: { base, other }, sequences }, { sites, ...drawing }),
  };
}

/** The score where the latent fires on some tokens and on no more than a tenth of them, else NaN. */
function ofSparse({ fired, n_tokens }: Firing, scores: number[]): number[] {
  return fired.map((count, i) => count > 0 && count <= DENSE * n_tokens ? scores[i] : NaN);
}
