/**
 * Which pairs of a dictionary are ablated, and where: of those that were measured on one text and
 * meet often enough on another.
 * @module
 */
import { exactly, expectForm, list, text, whole } from "../../io/form.ts";
import { type Random, randomForm } from "../../numerics/random.ts";
import type { PairList } from "../pairs/instances.ts";
import type { ActiveLatents } from "../../crosscoder/active_latents.ts";
import { placesIn } from "../ranking/gather.ts";
import { samplePairs } from "./sample_pairs.ts";
import { meetings, sampleTokens, type TokenSample } from "./sample_tokens.ts";

/** Measured pairs: how often each met there, and scores by name, [pairs] each. */
export type MeasuredList = {
  pairs: PairList;
  count: ArrayLike<number>;
  /** The score that the sample is spread over is the first one. */
  scores: Readonly<Record<string, ArrayLike<number>>>;
};

/** `pairs` from `cells` × `cells` cells, the `top` of each score, each at `tokens` tokens. */
export type SampleSizes = { pairs: number; cells: number; top: number; tokens: number };

const OPTIONS = exactly({
  pairs: whole(1),
  cells: whole(1),
  top: whole(0),
  tokens: whole(1),
  pos: whole(2),
  random: randomForm,
});

/**
 * Instances of sampled pairs in a text of sequences of `pos` tokens; `candidates` is how many pairs
 * there were to draw from. Throws where too few pairs meet at `tokens` tokens of the text.
 */
export function chooseInstances(
  { pairs, count, scores }: MeasuredList,
  active: ActiveLatents,
  options: SampleSizes & { pos: number; random: Random },
): TokenSample & { candidates: number } {
  const action = "choose instances";
  const { pos, random, tokens, ...sizes } = expectForm(action, options, OPTIONS);
  expectForm(`${action} by scores`, Object.keys(scores), list(text, { least: 1 }));
  const met = meetings(active, { pos, least: tokens });
  const places = placesIn(met.pairs, pairs), known = places.filter((place) => place >= 0);
  const [first] = Object.keys(scores);
  const of = (values: ArrayLike<number>) => Float64Array.from(known, (place) => values[place]);
  const heads = Object.fromEntries(Object.entries(scores).map(([name, x]) => [name, of(x)]));
  const chosen = samplePairs({ score: heads[first], count: of(count), heads }, {
    ...sizes,
    random: random.stream("pairs"),
  });
  const take = (values: Uint32Array) => Uint32Array.from(chosen, (p) => values[known[p]]);
  const sampled = { d_sae: pairs.d_sae, i: take(pairs.i), j: take(pairs.j) };
  const sample = sampleTokens(active, sampled, { pos, tokens, random: random.stream("tokens") });
  return { ...sample, candidates: known.length };
}
