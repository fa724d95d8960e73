/**
 * The variants of a text that pairs are ablated in: the clean tokens, each token without one latent,
 * each without both. What several pairs share is run once.
 * @module
 */
import type { PairInstances } from "../pairs/instances.ts";
import type { ActiveLatents } from "../../crosscoder/active_latents.ts";
import { EACH } from "./remove_latents.ts";

/**
 * Variants of some instances. `clean` [clean tokens] are the tokens that occur; `token` [variants],
 * `latents` and `amounts` [variants · 2] say what each variant is, without one latent first, then
 * without two; `at` [4 instances] where each instance's four points are: a clean token, then three
 * variants.
 */
export type Variants = {
  clean: Uint32Array;
  token: Uint32Array;
  latents: Uint32Array;
  amounts: Float32Array;
  at: Uint32Array;
};

/** Instances `order[from]` to `order[to]`, without the last. */
export type Chunk = { order: Uint32Array; from: number; to: number };

/**
 * The instances in the order of their tokens, cut so that no chunk has more than `most` variants,
 * and none crosses a multiple of `part` tokens.
 */
export function chunksOf(
  { token }: Pick<PairInstances, "token">,
  { most, part }: { most: number; part: number },
): Chunk[] {
  const order = Uint32Array.from(token.keys()).sort((a, b) => token[a] - token[b] || a - b);
  const each = Math.max(1, Math.floor(most / 3)); // an instance adds three variants at most
  const chunks: Chunk[] = [];
  for (let from = 0; from < order.length;) {
    const here = Math.floor(token[order[from]] / part);
    let to = from;
    while (to < order.length && to - from < each && Math.floor(token[order[to]] / part) === here) {
      to++;
    }
    chunks.push({ order, from, to });
    from = to;
  }
  return chunks;
}

/**
 * The variants of a chunk, their tokens counted from `firstToken`. What a latent loses is its
 * activation, less `mu` [d_sae] where that is given: mean ablation.
 */
export function variantsOf(
  { latent, act }: ActiveLatents,
  { first, second, ...instances }: PairInstances,
  { chunk: { order, from, to }, firstToken, mu }: {
    chunk: Chunk;
    firstToken: number;
    mu?: ArrayLike<number>;
  },
): Variants {
  const own = order.subarray(from, to);
  const tokenOf = (n: number) => instances.token[n] - firstToken;
  const amount = (entry: number) => act[entry] - (mu ? mu[latent[entry]] : 0);
  const clean = numbered(Array.from(own, (n) => tokenOf(n)));
  const singles = new Map<number, number>(), ofEntry: number[] = [];
  for (const n of own) {
    for (const entry of [first[n], second[n]]) {
      if (singles.has(entry)) continue;
      singles.set(entry, ofEntry.length);
      ofEntry.push(tokenOf(n));
    }
  }
  const alone = singles.size, count = alone + own.length;
  const variants: Variants = {
    clean: Uint32Array.from(clean.keys()),
    token: new Uint32Array(count),
    latents: new Uint32Array(EACH * count),
    amounts: new Float32Array(EACH * count),
    at: new Uint32Array(4 * own.length),
  };
  const { latents, amounts, at } = variants;
  variants.token.set(ofEntry);
  for (const [entry, v] of singles) {
    [latents[EACH * v], amounts[EACH * v]] = [latent[entry], amount(entry)];
  }
  own.forEach((n, k) => {
    const v = alone + k;
    variants.token[v] = tokenOf(n);
    [first[n], second[n]].forEach((entry, e) => {
      [latents[EACH * v + e], amounts[EACH * v + e]] = [latent[entry], amount(entry)];
    });
    at.set([clean.get(tokenOf(n))!, singles.get(first[n])!, singles.get(second[n])!, v], 4 * k);
  });
  return variants;
}

/** Each value once, with its number. */
function numbered(values: number[]): Map<number, number> {
  const found = new Map<number, number>();
  for (const value of values) if (!found.has(value)) found.set(value, found.size);
  return found;
}
