/**
 * Tokens at which pairs are ablated: drawn at random from those of a text where both latents are
 * active. The last token of a sequence is left out, since nothing tells what follows it.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { activeLatents } from "../../crosscoder/active_latents.ts";
 * import { meetings } from "./sample_tokens.ts";
 * const active = activeLatents(Float32Array.of(1, 1, 0, 1, 1, 1, 1, 1, 1), 3);
 * const { pairs, count } = meetings(active, { pos: 3 }); // the last token does not count
 * assertEquals([[...pairs.i], [...pairs.j], [...count]], [[0, 0, 1], [1, 2, 2], [2, 1, 1]]);
 * ```
 * @module
 */
import { exactly, expectForm, maybe, whole } from "../../io/form.ts";
import { type Random, randomForm } from "../../numerics/random.ts";
import { concatenated } from "../arrays.ts";
import type { PairInstances, PairList } from "../pairs/instances.ts";
import { type ActiveLatents, checkActive } from "../../crosscoder/active_latents.ts";

const MEETINGS = exactly({ pos: whole(2), least: maybe(whole(1)) });

/**
 * The pairs that meet at `least` tokens (one by default) of sequences of `pos` tokens, their last
 * ones left out, and at how many: `count` [pairs].
 */
export function meetings(
  active: ActiveLatents,
  options: { pos: number; least?: number },
): { pairs: PairList; count: Uint32Array } {
  const action = "find pairs that meet";
  const { pos, least = 1 } = expectForm(action, options, MEETINGS);
  checkText(action, active, pos);
  const { d_sae, latent } = active;
  const byLatent = entriesByLatent(active, pos);
  const i: number[] = [], j: number[] = [], count: number[] = [], met = new Uint32Array(d_sae);
  for (let own = 0; own < d_sae; own++) {
    met.fill(0);
    for (const entry of byLatent.of(own)) {
      for (let other = entry + 1; other < byLatent.end(entry); other++) met[latent[other]]++;
    }
    for (let other = own + 1; other < d_sae; other++) {
      if (met[other] < least) continue;
      i.push(own);
      j.push(other);
      count.push(met[other]);
    }
  }
  const pairs = { d_sae, i: Uint32Array.from(i), j: Uint32Array.from(j) };
  return { pairs, count: Uint32Array.from(count) };
}

const TOKENS = exactly({
  pos: whole(2),
  tokens: whole(1),
  least: maybe(whole(1)),
  random: randomForm,
});

/** What sampleTokens() draws: `short` are the numbers of the pairs with fewer tokens than wanted. */
export type TokenSample = { instances: PairInstances; short: number[] };

/**
 * `tokens` instances of each pair, drawn without one twice; the same ones for a pair whatever other
 * pairs there are. A pair that meets less often gives all of its tokens and is told in `short`.
 * Throws where a pair meets at fewer than `least` tokens, by default `tokens`.
 */
export function sampleTokens(
  active: ActiveLatents,
  pairs: PairList,
  options: { pos: number; tokens: number; least?: number; random: Random },
): TokenSample {
  const action = "sample tokens of pairs";
  const { pos, tokens, random } = expectForm(action, options, TOKENS);
  const { least = tokens } = options;
  checkText(action, active, pos);
  if (pairs.i.length === 0) {
    throw new RangeError(
      `Cannot ${action}: expected at least one pair but found no co-active pair: take more text, or ` +
        "a dictionary with more active latents",
    );
  }
  const byLatent = entriesByLatent(active, pos), { latent } = active;
  const firsts: Uint32Array[] = [], seconds: Uint32Array[] = [], tokensOf: Uint32Array[] = [];
  const short: number[] = [];
  pairs.i.forEach((i, p) => {
    const j = pairs.j[p], met: [entry: number, other: number][] = [];
    for (const entry of byLatent.of(i)) {
      for (let other = entry + 1; other < byLatent.end(entry); other++) {
        if (latent[other] === j) met.push([entry, other]);
      }
    }
    if (met.length < least) {
      throw new RangeError(
        `Cannot ${action}: expected ${least} tokens with latents ${i} and ${j} active but found ` +
          `${met.length}: take more text, or pairs that meet more often`,
      );
    }
    if (met.length < tokens) short.push(p);
    const drawn = random.stream(`${i} ${j}`).permutation(met.length).subarray(0, tokens).sort();
    firsts.push(drawn.map((n) => met[n][0]));
    seconds.push(drawn.map((n) => met[n][1]));
    tokensOf.push(drawn.map((n) => byLatent.token(met[n][0])));
  });
  const pair = concatenated(firsts.map((some, p) => new Uint32Array(some.length).fill(p)));
  const [first, second, token] = [firsts, seconds, tokensOf].map(concatenated);
  return { instances: { pairs, first, second, token, pair }, short };
}

function checkText(action: string, active: ActiveLatents, pos: number): void {
  checkActive(action, active);
  if (active.tokens % pos === 0) return;
  throw new RangeError(
    `Cannot ${action}: expected whole sequences of ${pos} tokens but found ${active.tokens} tokens: ` +
      "pass the length of the sequences that were read",
  );
}

/** The entries of each latent, tokens that end a sequence left out. */
function entriesByLatent({ tokens, d_sae, start, latent }: ActiveLatents, pos: number) {
  const tokenOf = new Uint32Array(latent.length), from = new Uint32Array(d_sae + 1);
  for (let t = 0; t < tokens; t++) {
    tokenOf.fill(t, start[t], start[t + 1]);
    if (t % pos === pos - 1) continue;
    for (let e = start[t]; e < start[t + 1]; e++) from[latent[e] + 1]++;
  }
  for (let i = 0; i < d_sae; i++) from[i + 1] += from[i];
  const next = from.slice(), order = new Uint32Array(from[d_sae]);
  latent.forEach((i, e) => {
    if (tokenOf[e] % pos !== pos - 1) order[next[i]++] = e;
  });
  return {
    of: (i: number) => order.subarray(from[i], from[i + 1]),
    token: (entry: number) => tokenOf[entry],
    end: (entry: number) => start[tokenOf[entry] + 1],
  };
}
