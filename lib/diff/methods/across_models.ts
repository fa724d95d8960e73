/**
 * Dictionaries of both models side by side, all sites of each, and lists of their latents.
 *
 * Latents that fire on more than a tenth of the tokens are left out, since removing a dense one breaks a
 * model whatever it stands for; those that never fire as well. What they write is their decoder at the
 * other model's sites, which an edit of that model takes away where they fire: `read` sees it in both.
 * @module
 */
import type { Crosscoder } from "../../crosscoder/coder.ts";
import { createPoolFeed } from "../../crosscoder/harvest/feed.ts";
import type { Gpu } from "../../gpu/gpu.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { coderCost, passCost, sizeOf, total } from "./cost.ts";
import { dictionaryFolder } from "./dictionary.ts";
import { latentsBy } from "./directions.ts";
import { type LatentSums, latentSums } from "./latent_sums.ts";
import type { Dictionary, Rows } from "./learnt.ts";
import { loadedOnce } from "./loaded.ts";
import { makeMethod } from "./make_method.ts";
import type { Method, MethodOptions, ModelPair } from "./method.ts";
import type { Firing } from "./firing.ts";
import { ofOneModel, readerOf, type RowsOf } from "./read_latents.ts";
import { bothSites, sideBySide } from "./side_by_side.ts";

/** Share of the tokens on which a latent of a list fires at most. */
const DENSE = 0.1;

/**
 * `kind` names the dictionary, which all methods share that name it; `score` ranks its latents, `rows` being
 * the measured rows again; where it asks for them, it works with so many `products` of rows and latents.
 * `extraFlops`: of the loss `extra` on one row of so many numbers, forward and backward.
 */
export type AcrossModels = Pick<Dictionary, "extra" | "held"> & {
  kind: string;
  source: string;
  score: (coder: Crosscoder, measured: Measured) => Promise<number[]>;
  text?: "base" | "other";
  recipe?: Dictionary["recipe"];
  products?: number;
  extraFlops?: (numbers: number) => number;
};

/** What a score may look at. */
export type Measured = { gpu: Gpu; sums: LatentSums; rows: () => Iterable<Tensor> };

/** A method that learns a dictionary of both models side by side and lists its latents. */
export function acrossModels(
  name: string,
  title: string,
  {
    kind,
    source,
    score,
    text = "other",
    recipe = "batchtopk",
    products = 0,
    extraFlops = () => 0,
    ...learning
  }: AcrossModels,
): Method {
  const learns: NonNullable<Method["learns"]> = {
    text,
    dictionary: { name: kind, recipe, ...learning },
  };
  return makeMethod({
    trains: [{ kind: "both models", name: kind, text }],
    lists: "latents",
    name,
    title,
    source,
    needs: text === "other" ? ["other text"] : [],
    learns,
    find: async (pair, options) => {
      const { settings } = options, { gpu } = pair.base;
      const all = [learns.dictionary, ...besides(learns, options)] as const;
      const rowsOf: RowsOf = (sequences) => sideBySide(pair, bothSites(pair), sequences);
      const folder = await dictionaryFolder(all, bothModels(pair, text), { pair, options });
      const { coder, found } = await loadedOnce(pair, folder, (coder) => ({
        coder,
        found: { coder: ofOneModel(coder, "other"), read: readerOf(coder, rowsOf) },
      }));
      const measured = pair.text[text].slice(0, settings.measured);
      const rows = () => rowsOf(measured);
      const sums = await latentSums(gpu, coder, rows());
      const scores = await score(coder, { gpu, sums, rows });
      const size = sizeOf(pair, settings.d_sae), encoded = { ...size, n_sites: 2 * size.n_sites };
      const reading = { sequences: measured.length, models: 2, encoded };
      const { steps, batch } = settings.cross;
      return {
        ...found,
        ...latentsBy(ofSparse(sums, scores)),
        cost: total([
          coderCost(pair, {
            training: { ...settings.cross, poolSequences: settings.S.poolSequences },
            sequences: Math.min(settings.sequences, pair.text[text].length),
            size: encoded,
            models: 2,
          }),
          { flops: steps * batch * extraFlops(encoded.n_sites * encoded.d_in), bytes: 0 },
          passCost(pair, reading),
          ...(products > 0 ? [passCost(pair, { ...reading, products })] : []),
        ]),
      };
    },
  });
}

/** The dictionaries of other methods that are asked for too and learn from the same rows. */
function besides(
  { text, dictionary }: NonNullable<Method["learns"]>,
  { together = [] }: MethodOptions,
): Dictionary[] {
  const others = together.flatMap(({ learns }) => learns?.text === text ? [learns.dictionary] : []);
  const known = new Map(others.map((other) => [other.name, other]));
  known.delete(dictionary.name);
  return [...known.values()];
}

/** Where such dictionaries read, and what feeds them. */
function bothModels(pair: ModelPair, text: "base" | "other"): Rows {
  const { base, other } = pair, { sites, d_in } = bothSites(pair);
  return {
    name: `both-models-${text}`,
    text,
    sideBySide: true,
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
