/**
 * stagewise-decoder-norms (S15): at which sites do latents live, and do they stay there from stage
 * to stage?
 *
 *   deno task figures stagewise-decoder-norms
 *
 * Decoder norms at each site of up to 50 active latents drawn at random, the largest of each latent
 * being 1, in the order of their centre in S: a row is the same latent in all five stages. After a
 * figure of Lindsey et al. 2024, "Sparse Crosscoders".
 *
 * @module
 */
import { overLargest, siteNorms } from "../../../lib/crosscoder/site_profiles.ts";
import { cosine } from "../../../lib/numerics/cosine.ts";
import { type Stage, STAGES } from "../../../lib/diff/stages/stages.ts";
import { activeRows } from "../../../lib/diff/stages/table.ts";
import { countOf } from "../../../lib/numerics/counts.ts";
import { stream } from "../../../lib/numerics/random.ts";
import { median } from "../../../lib/numerics/statistics.ts";
import { heatMaps } from "../../../lib/plot/heat_map.ts";
import { type Line, numberLine, shareLine } from "../../../lib/report/line.ts";
import type { Figure } from "../../system.ts";
import type { StagewiseResults } from "../results.ts";

const TITLE = "Decoder norms of random latents across sites, stage by stage";

/** Latents of which the norms are shown. */
const SHOWN = 50;

/** A latent lives at a site where its decoder norm is at least this share of its largest one. */
const LIVES = 0.5;

/** Draws the norms of the five stages. */
export const decoderNorms: Figure<StagewiseResults> = {
  id: "stagewise-decoder-norms",
  title: TITLE,
  caption:
    "A row a latent, drawn at random of the active ones and the same in all stages: its decoder norm at " +
    "each site over the largest of them, sorted by where its centre is in S.",
  numbers: "Sites at which latents live",
  draw(run) {
    const { sites, measures: { seed } } = run;
    const active = activeRows(run.rows).map(({ latent }) => latent);
    const drawn = stream(seed, "decoder norms").shuffle([...active]).slice(0, SHOWN);
    const shown = drawn.sort((a, b) => centre(profile(run, "S", a)) - centre(profile(run, "S", b)));
    const spec = heatMaps(
      STAGES.map((stage) => ({
        title: stage,
        rows: shown.length,
        cols: sites.length,
        data: shown.flatMap((latent) => profile(run, stage, latent)),
        rowTitle: "latent, by its centre in S",
        colTitle: "site",
        limit: 1,
      })),
      {
        title: TITLE,
        subtitle: [
          `${shown.length} of ${active.length} active latents; sites from ${sites[0]} (0) to ` +
          `${sites.at(-1)}.`,
          "Norms in units of each site's scale, the largest of a latent being 1.",
        ],
        columns: 5,
        size: 400,
        oneBar: true,
        fromZero: true,
      },
    );
    return { spec, lines: STAGES.flatMap((stage) => linesOf(run, stage, active)) };
  },
};

function profile({ W_dec, scale }: StagewiseResults, stage: Stage, latent: number): number[] {
  return overLargest(siteNorms(W_dec[stage], latent, scale));
}

/** Where the squared norm has its centre, in sites; 0 for a latent without a decoder. */
function centre(norms: readonly number[]): number {
  const total = norms.reduce((sum, n) => sum + n * n, 0);
  return total > 0 ? norms.reduce((sum, n, site) => sum + site * n * n, 0) / total : 0;
}

/** Whether half the largest norm or more stands at two sites or more. */
function severalSites(norms: readonly number[]): boolean {
  return norms.filter((norm) => norm >= LIVES).length >= 2;
}

/** Norms dealt again: those of each site among the latents, so that none belongs to a latent. */
function dealt(
  { W_dec, scale, sites, measures: { seed } }: StagewiseResults,
  stage: Stage,
  active: readonly number[],
): number[][] {
  const orders = sites.map((site) =>
    stream(seed, `dealt norms, ${stage}, ${site}`).shuffle([...active])
  );
  return active.map((_, i) =>
    overLargest(orders.map((order, site) => siteNorms(W_dec[stage], order[i], scale)[site]))
  );
}

function linesOf(run: StagewiseResults, stage: Stage, active: readonly number[]): Line[] {
  const share = shareLine(
    `${stage}: half the largest norm at two sites or more`,
    countOf(active, (latent) => severalSites(profile(run, stage, latent))),
    {
      base: countOf(dealt(run, stage, active), severalSites),
      note: "others: the norms of each site dealt again among the latents",
    },
  );
  if (stage === "S" || active.length < 2) return [share];
  const alike = (other: (i: number) => number) =>
    median(
      active.map((latent, i) =>
        cosine(profile(run, "S", latent), profile(run, stage, active[other(i)]))
      ),
    );
  const next = alike((i) => (i + 1) % active.length);
  return [
    share,
    numberLine(`${stage}: likeness of a latent's norms to those in S, median`, alike((i) => i), {
      digits: 3,
      note: `cosine of its norms over the sites; ${next.toFixed(3)} with the next latent's`,
    }),
  ];
}
