/**
 * crosscoders-site-cosines: does a latent write in the same direction at every site?
 *
 *   deno task figures crosscoders-site-cosines
 *
 * For single latents of the reference recipe, drawn at random: cosines between their decoder
 * vectors at any two sites. After a figure of Lindsey et al. 2024, "Sparse Crosscoders".
 *
 * @module
 */
import { REFERENCE } from "../../../lib/crosscoder/run/presets.ts";
import type { CrosscodersResults } from "../../../lib/crosscoder/run/results.ts";
import { median } from "../../../lib/numerics/statistics.ts";
import { heatMaps } from "../../../lib/plot/heat_map.ts";
import { numberLine } from "../../../lib/report/line.ts";
import type { Figure } from "../../system.ts";
import { words } from "../words.ts";

const TITLE = "Cosines of one latent's decoder vectors between sites";

/** Draws a map of sites by sites for each latent. */
export const siteCosines: Figure<CrosscodersResults> = {
  id: "crosscoders-site-cosines",
  title: TITLE,
  caption:
    "A map a latent, drawn at random of those that fire: cosines between its decoder vectors at two " +
    "residual streams, red where they point the same way.",
  numbers: "Cosines between neighbouring sites",
  draw({ latents, sites }) {
    const n = sites.length;
    const { cosines } = latents.find(({ recipe }) => recipe === REFERENCE)!;
    const spec = heatMaps(
      cosines.map(({ latent, cosines }) => ({
        title: `latent ${latent}`,
        rows: n,
        cols: n,
        data: cosines,
        rowTitle: "site",
        colTitle: "site",
        limit: 1,
      })),
      {
        title: TITLE,
        subtitle: [`${words(REFERENCE)}; sites from the embedding (0) to the last layer.`],
        size: 150,
      },
    );
    const between = cosines.flatMap(({ cosines }) =>
      Array.from({ length: n - 1 }, (_, l) => cosines[l * n + l + 1])
    );
    const note = `${cosines.length} latents`;
    const lines = [
      numberLine("cosine between neighbouring sites, median", median(between), { note }),
      numberLine(
        "cosine between first and last site, median",
        median(cosines.map(({ cosines }) => cosines[n - 1])),
        { note },
      ),
    ];
    return { spec, lines };
  },
};
