/**
 * Twins: two latents that are one feature twice. They fire on the same tokens of a text, or on the
 * same words of a vocabulary, and top lists of pair scores are full of them. Derived here.
 *
 *   ofRarer = tokens where both fire / tokens where the rarer one does        jaccard = ... / tokens where one does
 *   words   = Σ_v min(p_i(v), p_j(v)),   p_i(v) the share of latent i's activation that word v has
 *
 * `words` tells a split feature (" am" with " am") from a common latent that is simply there
 * whenever a rare one fires.
 *
 * @module
 */
import type { ActiveLatents } from "../../crosscoder/active_latents.ts";
import type { LatentPairs } from "./statistics.ts";

/** An overlap above it makes twins. */
export const TWINS = 0.5;

/** A latent that fires on a larger share of the tokens is dense: it meets everything. */
const DENSE = 0.1;

/**
 * Where latents fire: `fires` [d_sae] tokens of `tokens`, and by latent the words with the share of
 * its activation that each has, words rising.
 */
export type Firing = {
  tokens: number;
  fires: Uint32Array;
  words: { word: Uint32Array; share: Float64Array }[];
};

/** Reads it off the parts of a text; `ids` [tokens] are the words of its tokens. */
export function firingOf(
  parts: readonly { active: ActiveLatents; ids: ArrayLike<number> }[],
): Firing {
  const { d_sae } = parts[0].active, fires = new Uint32Array(d_sae);
  const sums = Array.from({ length: d_sae }, () => new Map<number, number>());
  let tokens = 0;
  for (const { active: { start, latent, act, ...active }, ids } of parts) {
    if (ids.length !== active.tokens) {
      throw new RangeError(
        `Cannot say where latents fire: expected ${active.tokens} words, one a token, but found ` +
          `${ids.length}: pass those of the same part`,
      );
    }
    tokens += active.tokens;
    for (let t = 0; t < active.tokens; t++) {
      for (let e = start[t]; e < start[t + 1]; e++) {
        const own = sums[latent[e]];
        fires[latent[e]]++;
        own.set(ids[t], (own.get(ids[t]) ?? 0) + act[e]);
      }
    }
  }
  return { tokens, fires, words: sums.map(sharesOf) };
}

function sharesOf(sums: Map<number, number>): Firing["words"][number] {
  const word = Uint32Array.from(sums.keys()).sort();
  const total = word.reduce((sum, id) => sum + sums.get(id)!, 0);
  return { word, share: Float64Array.from(word, (id) => sums.get(id)! / total) };
}

/** By pair, [pairs] each. */
export type Overlaps = Record<"ofRarer" | "jaccard" | "words", Float64Array>;

/** `count` [pairs]: the tokens where both latents of a pair fire. */
export function pairOverlaps({ i, j }: LatentPairs, count: Uint32Array, firing: Firing): Overlaps {
  const { fires, words } = firing;
  const by = (overlap: (a: number, b: number, both: number) => number) =>
    Float64Array.from(i, (a, p) => count[p] === 0 ? 0 : overlap(a, j[p], count[p]));
  return {
    ofRarer: by((a, b, both) => both / Math.min(fires[a], fires[b])),
    jaccard: by((a, b, both) => both / (fires[a] + fires[b] - both)),
    words: by((a, b) => commonWords(words[a], words[b])),
  };
}

function commonWords(a: Firing["words"][number], b: Firing["words"][number]): number {
  let common = 0;
  for (let m = 0, n = 0; m < a.word.length && n < b.word.length;) {
    if (a.word[m] === b.word[n]) common += Math.min(a.share[m++], b.share[n++]);
    else if (a.word[m] < b.word[n]) m++;
    else n++;
  }
  return common;
}

/** Which latents are dense, [d_sae] of 0 and 1. */
export function denseLatents({ fires, tokens }: Firing): Uint8Array {
  return Uint8Array.from(fires, (count) => count > DENSE * tokens ? 1 : 0);
}

/** The word that has most of each latent's activation, [d_sae]; undefined where it never fires. */
export function topWords({ words }: Firing): (number | undefined)[] {
  return words.map(({ word, share }) =>
    word[share.reduce((most, value, at) => value > share[most] ? at : most, 0)]
  );
}
