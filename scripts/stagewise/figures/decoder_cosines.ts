/**
 * stagewise-decoder-cosines (S16): does a latent write in the same direction at every site?
 *
 *   deno task figures stagewise-decoder-cosines
 *
 * Cosines between one latent's decoder vectors at any two sites, in DF: the clearest latents of
 * three kinds by fixed rules (lib/diff/stages/archetypes.ts), then up to 36 active ones drawn at random.
 * After a figure of Lindsey et al. 2024, "Sparse Crosscoders".
 *
 * @module
 */
import { siteCosines } from "../../../lib/crosscoder/site_profiles.ts";
import { ARCHETYPES, archetypes, neighbourCosines } from "../../../lib/diff/stages/archetypes.ts";
import { cosine } from "../../../lib/numerics/cosine.ts";
import { activeRows } from "../../../lib/diff/stages/table.ts";
import { stream } from "../../../lib/numerics/random.ts";
import { median } from "../../../lib/numerics/statistics.ts";
import { type HeatMap, heatMaps } from "../../../lib/plot/heat_map.ts";
import { type Line, numberLine } from "../../../lib/report/line.ts";
import type { Figure } from "../../system.ts";
import type { StagewiseResults } from "../results.ts";

const TITLE = "Cosines of one latent's decoder vectors between sites";

/** Latents drawn at random. */
const SHOWN = 36;

/** Draws a map of sites by sites for each latent. */
export const decoderCosines: Figure<StagewiseResults> = {
  id: "stagewise-decoder-cosines",
  title: TITLE,
  caption:
    "A map a latent of DF: cosines between its decoder vectors at two sites, red where they " +
    "point the same way.",
  numbers: "Cosines between a latent's vectors at two sites",
  draw(run) {
    const { W_dec: { DF }, scale, measures: { seed } } = run;
    const active = activeRows(run.rows).map(({ latent }) => latent);
    const kinds = archetypes(DF, active, { scale });
    const drawn = stream(seed, "decoder cosines").shuffle([...active]).slice(0, SHOWN);
    const found = ARCHETYPES.flatMap((kind) => {
      const latent = kinds[kind];
      return latent === undefined ? [] : [{ ...mapOf(run, latent), title: `${kind}: #${latent}` }];
    });
    const missing = ARCHETYPES.filter((kind) => kinds[kind] === undefined);
    const sites = `sites from ${run.sites[0]} (0) to ${run.sites.at(-1)}`;
    const spec = [
      {
        about: "three kinds, by fixed rules",
        spec: heatMaps(found, {
          title: TITLE,
          subtitle: [
            `The clearest latents of three kinds among ${active.length} active ones of DF; ${sites}.`,
            ...(missing.length > 0 ? [`None: ${missing.join(", ")}.`] : []),
          ],
          size: 260,
          oneBar: true,
        }),
      },
      {
        suffix: "random",
        about: `${drawn.length} active latents at random`,
        spec: heatMaps(drawn.map((latent) => ({ ...mapOf(run, latent), ...UNNAMED })), {
          title: TITLE,
          subtitle: [`${drawn.length} of ${active.length} active latents of DF; ${sites}.`],
          columns: 6,
          size: 110,
          oneBar: true,
        }),
      },
    ];
    return { spec, lines: linesOf(run, active) };
  },
};

/** Many small maps: the subtitle says what the axes are. */
const UNNAMED = { rowTitle: "", colTitle: "" };

function mapOf({ W_dec: { DF }, sites }: StagewiseResults, latent: number): HeatMap {
  return {
    title: `#${latent}`,
    rows: sites.length,
    cols: sites.length,
    data: siteCosines(DF, latent),
    rowTitle: "site",
    colTitle: "site",
    limit: 1,
  };
}

/** Over all active latents, beside the same between two latents: each one and the next. */
function linesOf(run: StagewiseResults, active: readonly number[]): Line[] {
  const n = run.sites.length;
  if (n < 2 || active.length === 0) return [];
  const tables = active.map((latent) => siteCosines(run.W_dec.DF, latent));
  const others = (pairs: [number, number][]) =>
    median(active.flatMap((latent, i) => {
      const next = active[(i + 1) % active.length];
      return pairs.map(([a, b]) => cosine(vector(run, latent, a), vector(run, next, b)));
    }));
  const line = (name: string, ours: number, control: number) =>
    numberLine(`${name}, median over active latents of DF`, ours, {
      digits: 3,
      note: `${active.length} latents; ${control.toFixed(3)} with the next latent's vector`,
    });
  return [
    line(
      "cosine between neighbouring sites",
      median(tables.flatMap((table) => neighbourCosines(table, n))),
      others(Array.from({ length: n - 1 }, (_, site) => [site, site + 1])),
    ),
    line(
      "cosine between first and last site",
      median(tables.map((table) => table[n - 1])),
      others([[0, n - 1]]),
    ),
  ];
}

/** A latent's decoder vector at one site. */
function vector({ W_dec: { DF } }: StagewiseResults, latent: number, site: number): Float32Array {
  const [, n_sites, d_in] = DF.shape, from = (latent * n_sites + site) * d_in;
  return DF.data.subarray(from, from + d_in);
}
