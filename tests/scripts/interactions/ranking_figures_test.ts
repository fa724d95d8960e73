import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { Card } from "../../../lib/interactions/run/phases/cards.ts";
import type { Ranking } from "../../../lib/interactions/run/phases/ranking_form.ts";
import { interactionsSettings } from "../../../lib/interactions/run/presets.ts";
import type { InteractionsResults } from "../../../lib/interactions/run/results.ts";
import { renderSvg } from "../../../lib/plot/render.ts";
import type { Drawing } from "../../../scripts/system.ts";
import { cardsBlock } from "../../../scripts/interactions/cards_block.ts";
import { cardsPage } from "../../../scripts/interactions/cards_page.ts";
import { cards as cardsFigure } from "../../../scripts/interactions/figures/cards.ts";
import { choices } from "../../../scripts/interactions/figures/choices.ts";
import { excess } from "../../../scripts/interactions/figures/excess.ts";
import { lorenz } from "../../../scripts/interactions/figures/lorenz.ts";
import { kindOf } from "../../../scripts/interactions/pair_words.ts";

const shown = {
  value: 1.5,
  before: "once <b>upon</b>\n",
  token: "<|endoftext|>",
  after: ' & "so"',
};
const point = (along: number) => ({ norm: 2, along });
const card: Card = {
  ...{ i: 3, j: 7, layer: 1, count: 40, S_mean: 0.5, S_co: 2, S_max: 4 },
  ...{ ofRarer: 0.9, jaccard: 0.3, words: 0.6, lists: ["all"] },
  ...{ names: ["<|endoftext|>", " a"], dense: [false, true], positive: 0.8, steady: 0.97 },
  points: { both: point(5), onlyI: point(1), onlyJ: point(1.5), neither: point(0) },
  ...{ onlyI: [shown], onlyJ: [], together: [shown] },
};
const made = {
  cards: [card],
  clusters: [{ size: 9, members: [{ latent: 5, name: "<s>", places: [shown] }] }],
};
const curve = (needed: number) => ({ needed, first: 0.3, held: [0, 0.7, 1] });
const measured = { tokens: 9, fraction: 0.5, cosine: 0.9, size: 20, bound: 9, share: 0.3 };
const versions = (["model", "dictionary", "shuffled", "random", "covariance"] as const).flatMap((
  version,
) => [0, 1].map((layer) => ({ version, layer, excess: measured, curve: curve(0.2) })));
const none = { ofRarer: 0, jaccard: 0, words: 0.1 };
const { layer: _l, lists: _s, names: _n, ...pair } = card;
const ranking: Ranking = {
  ...{ tokens: 500, d_sae: 16, dense: [7], words: { 3: "<|endoftext|>", 7: " a" } },
  ...{ pairs: 60, candidates: 30, counts: curve(0.3) },
  blocks: [0, 1].map((layer) => ({ layer, curve: curve(0.15), among: curve(0.6) })),
  versions: { blocks: versions, counts: curve(0.3) },
  twins: none,
  lists: [{
    by: "S_mean",
    dense: true,
    twins: true,
    of: 10,
    shares: { ...none, words: 0.7 },
    pairs: [{ ...pair, layer: 1 }],
  }],
  hubs: [{ latent: 7, hub: 3, relative: 0.9, rate: 0.2 }],
  clusters: {
    ...{ converged: true, others: { count: 4, raw: 2 }, sizes: [4, 3] },
    clusters: [{ exemplar: 3, members: [3, 7] }],
    trials: [{ made: "S", asked: "S", clusters: 2, trials: 10, right: 8 }],
  },
  choices: [{ choice: "context", variant: "insertion", spearman: 0.98, common: 0.9 }],
  dictionaries: [{
    ...{ coder: "mlp", number: 0, L0: 8, pairs: 60, candidates: 30 },
    ...{ fraction: 0.5, share: 0.3, bound: 9, needed: 0.2, twins: 0.3 },
  }],
};
const alike = { pairs: 9, needed: 0.8, held: [0, 0.5, 1] };
const run = {
  ranking,
  cards: made,
  attention: {
    blocks: [{
      concentration: {
        score: alike,
        attended: alike,
        scoreShuffled: alike,
        attendedShuffled: alike,
      },
    }],
  },
  settings: interactionsSettings("smoke"),
  dictionaries: { models: [], coders: [{ coder: "mlp", number: 0, FVU: [0.1, 0.2] }] },
} as unknown as InteractionsResults;

Deno.test("cardsPage() shows tokens as text, never as markup, and what the pair adds", () => {
  const page = cardsPage(made, "a <run>");
  assertStringIncludes(page, "3 “&lt;|endoftext|&gt;” × 7 “ a”");
  assertStringIncludes(
    page,
    "once &lt;b&gt;upon&lt;/b&gt;⏎<mark>&lt;|endoftext|&gt;</mark> &amp; &quot;so&quot;",
  );
  assertStringIncludes(page, "a &lt;run&gt;");
  assertStringIncludes(page, "AND (80 % positive)");
  assertStringIncludes(page, "nowhere in this text");
  assertStringIncludes(page, "Cluster 1: 9 latents");
  assertStringIncludes(page, "5 “&lt;s&gt;”");
  assertStringIncludes(page, "‖v‖ = 2.50");
  assert(!page.includes("<|") && !page.includes("<b>upon"));
  assertEquals(page, cardsPage(made, "a <run>"));
});

Deno.test("cardsBlock() takes the pairs without twins, and no table where there is none", () => {
  assertEquals(cardsBlock({ cards: [card] }), []);
  const [{ rows }] = cardsBlock({ cards: [card, { ...card, lists: ["all", "without twins"] }] });
  assertEquals(rows.length, 1);
  assertEquals(rows[0].heading, "3 “<|endoftext|>” × 7 “ a”, block 1, AND");
  assertEquals(rows[0].columns["second alone"], []);
  assertEquals(rows[0].columns.both[0].token, "<|endoftext|>");
});

Deno.test("kindOf() calls a pair after the share of neurons that gain from both", () => {
  assertEquals([0.9, 0.65, 0.5, 0.35, 0].map((positive) => kindOf({ positive })), [
    "AND",
    "AND",
    "mixed",
    "inhibition",
    "inhibition",
  ]);
});

Deno.test("the figures of the ranking draw, and their lines hold the counts", async () => {
  for (const figure of [excess, lorenz, cardsFigure, choices]) {
    const { spec } = figure.draw(run, {});
    const drawings = Array.isArray(spec) ? spec as Drawing[] : [{ spec }];
    for (const drawing of drawings) {
      assert((await renderSvg(drawing.spec)).length > 1000, figure.id);
    }
  }
  const { lines } = cardsFigure.draw(run, {});
  const twins = lines.find(({ name }) => name.startsWith("twins") && name.includes("words"))!;
  assertEquals([twins.count, twins.base], [{ count: 7, of: 10 }, { count: 3, of: 30 }]);
  assertEquals(lines.find(({ name }) => name === "clusters")?.difference, 2 - 73);
  assertEquals(lines.at(-1)?.ours, 80);
  assertStringIncludes(lines.at(-1)!.note, "the interval is too narrow");
});
