/** Splicing, group by group, beside HotFlip. @module */
import { decodeCompact, type Vocabulary } from "../../data/vocabulary.ts";
import type { LanguageModel } from "../../model/language_model.ts";
import { bootstrapInterval } from "../../numerics/bootstrap.ts";
import type { ActiveLatents } from "../../crosscoder/active_latents.ts";
import { between, type Difference } from "./between.ts";
import { topOf } from "../ranking/top.ts";
import type { Group } from "./pair_groups.ts";
import { continuationLosses, hotFlips, type Place, spliceAt, type Spliced } from "./splice.ts";

/** What text brings: means over the pairs of a group. */
export type SplicedGroup = {
  group: string;
  texts: number;
  loss: number;
  low: number;
  high: number;
  wrong: number;
};

/** `splicing`: loss of the top group minus that of the matched one; `examples`: the worst text of each group. */
export type Splices = {
  spliced: SplicedGroup[];
  splicing: Difference;
  examples: { text: string; loss: number; group: string }[];
};

/**
 * Pairs of the groups that never meet, both ways round, in texts of `length` tokens; `parts` are the
 * active latents of `text`.
 */
export async function splicedGroups(
  model: LanguageModel,
  { groups, text, parts, vocabulary }: {
    groups: readonly Group[];
    text: readonly Uint32Array[];
    parts: readonly ActiveLatents[];
    vocabulary: Vocabulary;
  },
  { seed, length }: { seed: number; length: number },
): Promise<Splices> {
  const strongest = strongestPlaces(parts, text[0].length);
  const texts = groups.slice(0, 3).map(({ group, from: { pairs }, chosen }) => ({
    group,
    texts: chosen.flatMap((p) =>
      splicesOf(text, strongest, { i: pairs.i[p], j: pairs.j[p], length })
    ),
  }));
  const random = texts[2].texts;
  const all = [...texts, {
    group: "HotFlip of the random ones",
    texts: await hotFlips(model, random),
  }];
  const measured = [];
  for (const { group, texts } of all) {
    measured.push({ group, texts, found: await continuationLosses(model, texts) });
  }
  const losses = measured.map(({ found }) => found.map(({ loss }) => loss));
  const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
  return {
    spliced: measured.map(({ group, found }, n) => {
      const [low, high] = bootstrapInterval(
        [found.map((_, k) => k)],
        (weights) => weighted(losses[n], weights),
        {
          seed,
          name: group,
          resamples: 500,
        },
      );
      return {
        group,
        texts: found.length,
        loss: mean(losses[n]),
        low,
        high,
        wrong: mean(found.map(({ wrong }) => wrong)),
      };
    }),
    splicing: between(losses[0], losses[1], { of: mean, seed }),
    examples: measured.flatMap(({ group, texts, found }) => {
      const [most] = topOf(found.map(({ loss }) => loss), 1);
      const { ids, own } = texts[most];
      const words = (from: number, to?: number) =>
        decodeCompact(vocabulary, ids.subarray(from, to), { inside: from > 0 });
      return [{
        group,
        loss: found[most].loss,
        text: `${words(0, own)} ‖${words(own)}`,
      }];
    }),
  };
}

/** Where each latent is strongest with room around it; undefined of one that never fires. */
function strongestPlaces(
  parts: readonly ActiveLatents[],
  pos: number,
): (Place | undefined)[] {
  const [{ d_sae }] = parts;
  const best = new Float64Array(d_sae),
    places: (Place | undefined)[] = Array(d_sae).fill(undefined);
  let first = 0;
  for (const { tokens, start, latent, act } of parts) {
    for (let t = 0; t < tokens; t++) {
      const position = (first + t) % pos;
      if (position < pos / 4 || position > 3 * pos / 4) continue;
      for (let e = start[t]; e < start[t + 1]; e++) {
        if (act[e] <= best[latent[e]]) continue;
        best[latent[e]] = act[e];
        places[latent[e]] = { sequence: Math.floor((first + t) / pos), position };
      }
    }
    first += tokens;
  }
  return places;
}

function splicesOf(
  known: readonly Uint32Array[],
  strongest: readonly (Place | undefined)[],
  { i, j, length }: { i: number; j: number; length: number },
): Spliced[] {
  return [[i, j], [j, i]].flatMap(([a, b]) => {
    const [first, second] = [strongest[a], strongest[b]];
    const spliced = first && second && spliceAt(known, { first, second, length });
    return spliced ? [spliced] : [];
  });
}

function weighted(values: readonly number[], weights: Uint32Array): number {
  let sum = 0, count = 0;
  values.forEach((value, n) => {
    sum += weights[n] * value;
    count += weights[n];
  });
  return sum / count;
}
