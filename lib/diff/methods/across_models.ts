/**
 * Dictionaries of both models side by side, all sites of each, and lists of their latents.
 *
 * Latents that fire on more than a tenth of the tokens are left out, since removing a dense one breaks a
 * model whatever it stands for; those that never fire as well. A direction is a latent's decoder in the
 * other model, all sites together: whether the latent fires can be seen with both models alone, and an
 * edit has one.
 * @module
 */
import type { Crosscoder } from "../../crosscoder/coder.ts";
import { createPoolFeed } from "../../crosscoder/harvest/feed.ts";
import type { Gpu } from "../../gpu/gpu.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { coderCost, passCost, sizeOf, total } from "./cost.ts";
import { type Dictionary, dictionaryOf } from "./dictionary.ts";
import { decoderDirections } from "./directions.ts";
import { type LatentSums, latentSums } from "./latent_sums.ts";
import { makeMethod } from "./make_method.ts";
import type { Method, ModelPair } from "./method.ts";
import type { Firing } from "./firing.ts";
import { bothSites, sideBySide } from "./side_by_side.ts";

/** Share of the tokens on which a latent of a list fires at most. */
const DENSE = 0.1;

/**
 * `kind` names the dictionary, which all methods share that name it; `score` ranks its latents, `rows` being
 * the measured rows again; where it asks for them, it works with so many `products` of rows and latents.
 */
export type AcrossModels = Pick<Dictionary, "extra" | "held"> & {
  kind: string;
  source: string;
  score: (coder: Crosscoder, measured: Measured) => Promise<number[]>;
  text?: "base" | "other";
  recipe?: Dictionary["recipe"];
  products?: number;
};

/** What a score may look at. */
export type Measured = { gpu: Gpu; sums: LatentSums; rows: () => Iterable<Tensor> };

/** A method that learns a dictionary of both models side by side and lists its latents. */
export function acrossModels(
  name: string,
  title: string,
  { kind, source, score, text = "other", recipe = "batchtopk", products = 0, ...learning }:
    AcrossModels,
): Method {
  return makeMethod({
    name,
    title,
    source,
    needs: text === "other" ? ["other text"] : [],
    find: async (pair, options) => {
      const { settings } = options, { gpu } = pair.base;
      const dictionary = {
        ...bothModels(pair),
        name: `${kind}-${text}`,
        text,
        recipe,
        ...learning,
      };
      const coder = await dictionaryOf(dictionary, pair, options);
      const measured = pair.text[text].slice(0, settings.measured);
      const rows = () => sideBySide(pair, bothSites(pair), measured);
      const sums = await latentSums(gpu, coder, rows());
      const scores = await score(coder, { gpu, sums, rows });
      const size = sizeOf(pair, settings.d_sae), encoded = { ...size, n_sites: 2 * size.n_sites };
      const reading = { sequences: measured.length, models: 2, encoded };
      return {
        coder,
        ...decoderDirections(coder, ofSparse(sums, scores), "other"),
        cost: total([
          coderCost(pair, {
            training: { ...settings.cross, poolSequences: settings.S.poolSequences },
            sequences: Math.min(settings.sequences, pair.text[text].length),
            size: encoded,
            models: 2,
          }),
          passCost(pair, reading),
          ...(products > 0 ? [passCost(pair, { ...reading, products })] : []),
        ]),
      };
    },
  });
}

/** Where such a dictionary reads, and what feeds it. */
function bothModels(pair: ModelPair): Pick<Dictionary, "sites" | "d_in" | "feed"> {
  const { base, other } = pair, { sites, d_in } = bothSites(pair);
  return {
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
