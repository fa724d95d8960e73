/** Injection, group by group: pairs at random tokens where one of them is active. @module */
import type { Crosscoder } from "../../crosscoder/coder.ts";
import type { LanguageModel } from "../../model/language_model.ts";
import { bootstrapInterval } from "../../numerics/bootstrap.ts";
import { type Random, stream } from "../../numerics/random.ts";
import { median } from "../../numerics/statistics.ts";
import type { ActiveLatents } from "../../crosscoder/active_latents.ts";
import { activeText } from "../players/active_text.ts";
import type { Group } from "./pair_groups.ts";
import { type Injection, injectPairs } from "./inject.ts";

/** What injecting the pairs of one group does: medians over pairs, each the mean over its tokens. */
export type InjectedGroup = {
  group: string;
  pairs: number;
  KL: number;
  /** The quarters of the pairs' KL, and an interval of the median. */
  quarters: [number, number];
  low: number;
  high: number;
  GT2: number;
  dloss: number;
  /** Median main-effect product and potential, from weights. */
  product: number;
  potential: number;
  values: number[];
};

/**
 * Each pair at `tokens` tokens of a text, drawn by `seed`, half of them one way round. Throws where no
 * pair of a group has a token.
 */
export async function injectedGroups(
  { model, coder, mu }: { model: LanguageModel; coder: Crosscoder; mu: ArrayLike<number> },
  { groups, text }: { groups: readonly Group[]; text: readonly Uint32Array[] },
  { seed, tokens }: { seed: number; tokens: number },
): Promise<InjectedGroup[]> {
  const active = await activeText(model, coder, text);
  const places = placesOf(active, text[0].length);
  const random = stream(seed, "injected tokens");
  const plans = groups.map(({ group, from, chosen }) => ({
    group,
    from,
    pairs: chosen.map((p) => ({
      p,
      injections: injectionsOf(active, places, {
        i: from.pairs.i[p],
        j: from.pairs.j[p],
        tokens,
        random: random.stream(`${group} ${p}`),
      }),
    })).filter(({ injections }) => injections.length > 0),
  }));
  const all = plans.flatMap(({ pairs }) => pairs.flatMap(({ injections }) => injections));
  const measured = await injectPairs({ model, coder }, { sequences: text, active }, {
    injections: all,
    mu,
  });
  let at = 0;
  return plans.map(({ group, from, pairs }) => {
    if (pairs.length === 0) {
      throw new RangeError(
        `Cannot inject pairs (${group}): expected latents that fire in the held-out text but found none: ` +
          "hold more sequences out",
      );
    }
    const means = pairs.map(({ injections: { length } }) => {
      const mean = (values: Float32Array, size = (x: number) => x) =>
        values.subarray(at, at + length).reduce((sum, x) => sum + size(x), 0) / length;
      const found = {
        KL: mean(measured.KL),
        GT2: mean(measured.GT2),
        dloss: mean(measured.dloss, Math.abs),
      };
      at += length;
      return found;
    });
    const values = means.map(({ KL }) => KL), sorted = values.toSorted((a, b) => a - b);
    const quarter = (share: number) =>
      sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
    const [low, high] = bootstrapInterval([values.map((_, n) => n)], (weights) => {
      return median(values.flatMap((value, n) => Array(weights[n]).fill(value)));
    }, { seed, name: group, resamples: 500 });
    return {
      group,
      pairs: pairs.length,
      KL: median(values),
      quarters: [quarter(0.25), quarter(0.75)] as [number, number],
      low,
      high,
      GT2: median(means.map(({ GT2 }) => GT2)),
      dloss: median(means.map(({ dloss }) => dloss)),
      product: median(pairs.map(({ p }) => from.product[p])),
      potential: median(pairs.map(({ p }) => from.potential[p])),
      values,
    };
  });
}

/** Entries of every latent that are no last token of a sequence. */
function placesOf(active: ActiveLatents, pos: number): { entry: number; token: number }[][] {
  const places: { entry: number; token: number }[][] = Array.from(
    { length: active.d_sae },
    () => [],
  );
  for (let token = 0; token < active.tokens; token++) {
    if (token % pos === pos - 1) continue;
    for (let entry = active.start[token]; entry < active.start[token + 1]; entry++) {
      places[active.latent[entry]].push({ entry, token });
    }
  }
  return places;
}

/** Half of them i beside an injected j, half the other way round. */
function injectionsOf(
  { start, latent }: ActiveLatents,
  places: { entry: number; token: number }[][],
  { i, j, tokens, random }: {
    i: number;
    j: number;
    tokens: number;
    random: Random;
  },
): Injection[] {
  const absent = (other: number) => ({ token }: { token: number }) =>
    !latent.subarray(start[token], start[token + 1]).includes(other);
  return [[i, j], [j, i]].flatMap(([own, other], way) => {
    const free = places[own].filter(absent(other));
    const order = random.stream(`way ${way}`).permutation(free.length);
    return [...order.subarray(0, tokens / 2)].map((n) => ({ ...free[n], j: other }));
  });
}
