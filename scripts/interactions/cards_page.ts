/**
 * interactions/cards.html: the strongest pairs of latents, one card each, as a page that needs
 * nothing else.
 * @module
 */
import type { Card, Cards, ClusterCard, Shown } from "../../lib/interactions/run/phases/cards.ts";
import { escapeHtml } from "../../lib/report/html/escape.ts";
import { kindOf, nameOf } from "./pair_words.ts";

/** The whole page. */
export function cardsPage({ cards, clusters }: Cards, about: string): string {
  return [
    "<!DOCTYPE html>",
    '<html lang="en">',
    '<head><meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>${TITLE}</title>`,
    `<style>${STYLE}</style></head>`,
    `<body><main><h1>${TITLE}</h1>`,
    `<p>${escapeHtml(about)}</p>`,
    ...INTRODUCTION.map((line) => `<p>${escapeHtml(line)}</p>`),
    ...cards.map(cardHtml),
    "<h1>Clusters of latents that interact</h1>",
    `<p>${escapeHtml(CLUSTERS)}</p>`,
    ...clusters.map(clusterHtml),
    "</main></body></html>",
    "",
  ].join("\n");
}

const TITLE = "Pairs of latents that interact most";

const INTRODUCTION = [
  "A latent is named after the token that has most of its activation. Contexts: where one of the two fires without " +
  "the other, strongest first, and where both do, by what the pair adds to the output of the MLP, ‖v‖. The marked token is " +
  "the one at which they fire.",
  "Four points: what the MLP of the block writes at the strongest token of both, as its norm and along v from the point " +
  "with neither, so that both = i alone + j alone + ‖v‖ there. AND: neurons where both send more than the sum of each carry " +
  "at least 65 % of the pair's strength; inhibition: at most 35 %. Steady: norm of the mean of v over the mean of its " +
  "norm. Overlap: share of the rarer latent's tokens that both fire on, share of all tokens of either, and of activation " +
  "on the same words; twins are pairs with the first or the last above one half.",
];

const CLUSTERS =
  "The largest clusters by affinity propagation on S_mean relative to the hubs of both latents, dense latents left out; the " +
  "exemplar first, then other members, each where it is strongest.";

function clusterHtml({ size, members }: ClusterCard, at: number): string {
  const columns = members.map(({ latent, name, places }) => column(`${latent} “${name}”`, places));
  return [
    '<section class="card">',
    `<h2>Cluster ${at + 1}: ${size} latents</h2>`,
    `<div class="members">${columns.join("\n")}</div></section>`,
  ].join("\n");
}

function cardHtml(card: Card, at: number): string {
  const { i, j, layer, lists, dense, count, positive, steady } = card;
  const [first, second] = [0, 1].map((side) => nameOf(card, side));
  const facts = [
    `block ${layer}`,
    `list: ${lists.join(" and ")}`,
    `${kindOf(card)} (${percent(positive)} positive)`,
    `steady ${steady.toFixed(2)}`,
    `overlap ${percent(card.ofRarer)} of the rarer, ${percent(card.jaccard)} of either, ${
      percent(card.words)
    } of words`,
    `S_mean ${card.S_mean.toPrecision(3)}, S_co ${card.S_co.toPrecision(3)}, S_max ${
      card.S_max.toPrecision(3)
    } on ${count} tokens of both`,
    ...[i, j].filter((_, side) => dense[side]).map((latent) => `${latent} is dense`),
  ];
  return [
    `<section class="card" id="pair-${i}-${j}">`,
    `<h2>${at + 1}. ${escapeHtml(first)} × ${escapeHtml(second)}</h2>`,
    `<p class="facts">${facts.map((fact) => `<span>${escapeHtml(fact)}</span>`).join(" ")}</p>`,
    '<div class="columns">',
    column(`${first} alone`, card.onlyI),
    column(`${second} alone`, card.onlyJ),
    column("both", card.together),
    points(card),
    "</div></section>",
  ].join("\n");
}

function column(title: string, places: readonly Shown[]): string {
  const rows = places.map(({ value, before, token, after }) =>
    `<div class="context"><b>${value.toFixed(2)}</b> ${escapeHtml(before)}<mark>${
      escapeHtml(token)
    }</mark>${escapeHtml(after)}</div>`
  );
  return `<div><h3>${escapeHtml(title)}</h3>\n${
    rows.join("\n") || "<p>nowhere in this text</p>"
  }</div>`;
}

function points({ points: { both, onlyI, onlyJ, neither } }: Card): string {
  const rows = Object.entries({ both, "i alone": onlyI, "j alone": onlyJ, neither });
  const added = both.along - onlyI.along - onlyJ.along;
  const cells = rows.map(([name, { norm, along }]) =>
    `<tr><td>${name}</td><td>${norm.toFixed(2)}</td><td>${along.toFixed(2)}</td></tr>`
  );
  return "<div><h3>four points</h3>\n<table><thead><tr><th></th><th>norm</th><th>along v</th></tr></thead>" +
    `<tbody>${cells.join("")}</tbody></table>\n<p>‖v‖ = ${added.toFixed(2)}</p></div>`;
}

function percent(share: number): string {
  return `${Math.round(100 * share)} %`;
}

const STYLE = `
body { margin: 0; color: #22252b; background: #fff; font: 15px/1.45 system-ui, "DejaVu Sans", sans-serif; }
main { max-width: 90rem; margin: 0 auto; padding: 1.5rem; }
p { max-width: 60rem; }
.card { border-top: 1px solid #d5d7db; margin-top: 1.5rem; }
.card h2 { font-size: 1.15rem; margin-bottom: 0.25rem; } h3 { font-size: 0.9rem; margin: 0.25rem 0; }
.facts { color: #454952; font-size: 0.85rem; max-width: none; } .facts span { margin-right: 0.9rem; }
.columns { display: grid; grid-template-columns: repeat(3, minmax(14rem, 1fr)) 14rem; gap: 1rem; }
.members { display: grid; grid-template-columns: repeat(auto-fit, minmax(15rem, 1fr)); gap: 1rem; }
.context { font-size: 0.85rem; margin-bottom: 0.35rem; white-space: pre-wrap; overflow-wrap: anywhere; }
.context b { color: #454952; font-weight: normal; font-variant-numeric: tabular-nums; }
table { border-collapse: collapse; font-size: 0.85rem; font-variant-numeric: tabular-nums; }
th, td { padding: 0.15rem 0.75rem 0.15rem 0; text-align: right; } td:first-child { text-align: left; }
mark { background: #fbd9b5; }
@media (max-width: 60rem) { .columns { grid-template-columns: 1fr; } }
`;
