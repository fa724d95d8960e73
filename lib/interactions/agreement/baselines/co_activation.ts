/**
 * What two latents' activations say of a pair without any model: how often both are active, and how
 * their magnitudes go together.
 *
 * @module
 */
import type { PairList } from "../../pairs/instances.ts";
import type { ActiveLatents } from "../../../crosscoder/active_latents.ts";

/** By pair, [pairs] each. */
export type CoActivation = {
  /** Tokens at which both are active. */
  count: Float64Array;
  /** log p(both) / (p(i) p(j)): pointwise mutual information in nats, -Infinity for a count of 0. */
  pmi: Float64Array;
  /** Tokens of both over tokens of either. */
  jaccard: Float64Array;
  /** Pearson's, of the activations over all tokens. */
  correlation: Float64Array;
  /** Of the activations over all tokens. */
  cosine: Float64Array;
  /** Mean of f_i f_j over the tokens of both, 0 for a count of 0. */
  product: Float64Array;
};

/**
 * The baselines of the pairs over a text read in parts. Throws where a part is of another
 * dictionary, and where a latent of a pair never is active.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { activeLatents } from "../../../crosscoder/active_latents.ts";
 * import { coActivation } from "./co_activation.ts";
 * const active = activeLatents(Float32Array.of(1, 2, 3, 0, 0, 4, 0, 0), 2); // four tokens
 * const pairs = { d_sae: 2, i: Uint32Array.of(0), j: Uint32Array.of(1) };
 * const { count, jaccard, product, pmi } = coActivation([active], pairs);
 * assertEquals([count[0], jaccard[0], product[0], pmi[0]], [1, 1 / 3, 2, 0]);
 * ```
 */
export function coActivation(parts: readonly ActiveLatents[], pairs: PairList): CoActivation {
  const latents = latentSums(parts, pairs.d_sae);
  const { count, products } = pairSums(parts, pairs);
  const tokens = parts.reduce((sum, part) => sum + part.tokens, 0);
  const ofPair = (value: (both: Both) => number) =>
    Float64Array.from(count, (both, p) => {
      const [i, j] = [pairs.i[p], pairs.j[p]];
      return value({ tokens, both, products: products[p], i: latents[i], j: latents[j] });
    });
  for (const latent of [...pairs.i, ...pairs.j]) {
    if (latents[latent].count === 0) refuseSilent(latent);
  }
  return {
    count,
    pmi: ofPair(({ both, tokens, i, j }) => Math.log(both * tokens / (i.count * j.count))),
    jaccard: ofPair(({ both, i, j }) => both / (i.count + j.count - both)),
    correlation: ofPair(correlation),
    cosine: ofPair(({ products, i, j }) => products / Math.sqrt(i.squares * j.squares)),
    product: ofPair(({ products, both }) => both === 0 ? 0 : products / both),
  };
}

type LatentSums = { count: number; sum: number; squares: number };
type Both = { tokens: number; both: number; products: number; i: LatentSums; j: LatentSums };

function correlation({ tokens, products, i, j }: Both): number {
  const spread = ({ sum, squares }: LatentSums) => squares - sum * sum / tokens;
  const square = spread(i) * spread(j);
  return square > 0 ? (products - i.sum * j.sum / tokens) / Math.sqrt(square) : 0;
}

function latentSums(parts: readonly ActiveLatents[], d_sae: number): LatentSums[] {
  const sums = Array.from({ length: d_sae }, () => ({ count: 0, sum: 0, squares: 0 }));
  for (const part of parts) {
    if (part.d_sae !== d_sae) refuseOther(d_sae, part.d_sae);
    part.latent.forEach((latent, entry) => {
      const act = part.act[entry], own = sums[latent];
      own.count++;
      own.sum += act;
      own.squares += act * act;
    });
  }
  return sums;
}

function pairSums(
  parts: readonly ActiveLatents[],
  { d_sae, i, j }: PairList,
): { count: Float64Array; products: Float64Array } {
  const count = new Float64Array(i.length), products = new Float64Array(i.length);
  const number = new Map(Array.from(i, (latent, p) => [latent * d_sae + j[p], p]));
  for (const { tokens, start, latent, act } of parts) {
    for (let t = 0; t < tokens; t++) {
      for (let a = start[t]; a < start[t + 1]; a++) {
        for (let b = a + 1; b < start[t + 1]; b++) {
          const p = number.get(latent[a] * d_sae + latent[b]);
          if (p === undefined) continue;
          count[p]++;
          products[p] += act[a] * act[b];
        }
      }
    }
  }
  return { count, products };
}

function refuseSilent(latent: number): never {
  throw new RangeError(
    `Cannot compare activations: expected latents that are active but found that ${latent} never ` +
      "is: take a longer text, or pairs that this text holds",
  );
}

function refuseOther(expected: number, found: number): never {
  throw new RangeError(
    `Cannot compare activations: expected parts of ${expected} latents but found ${found}: read ` +
      "the text with the pairs' own dictionary",
  );
}
