/**
 * crosscoders-norms: at which sites do latents live?
 *
 *   deno task figures crosscoders-norms
 *
 * Decoder norms at each site of up to 50 latents drawn at random, the largest of each latent being
 * 1, in the order of their centre. After a figure of Lindsey et al. 2024, "Sparse Crosscoders".
 *
 * @module
 */
import { TRAINED } from "../../../lib/crosscoder/run/presets.ts";
import type { CrosscodersResults, LatentsResult } from "../../../lib/crosscoder/run/results.ts";
import { type HeatMap, heatMaps } from "../../../lib/plot/heat_map.ts";
import { shareLine } from "../../../lib/report/line.ts";
import type { Figure } from "../../system.ts";
import { words } from "../words.ts";

const TITLE = "Decoder norms of random latents across sites";

/** Draws the norms of each trained recipe's latents. */
export const norms: Figure<CrosscodersResults> = {
  id: "crosscoders-norms",
  title: TITLE,
  caption:
    "A row a latent, drawn at random of those that fire: its decoder norm at each residual stream over " +
    "the largest of them, sorted by where its centre is.",
  numbers: "Latents that live at several sites",
  draw({ latents, sites }) {
    const shown = latents.filter(({ recipe }) => TRAINED.some((name) => name === recipe));
    const spec = heatMaps(shown.map((one) => mapOf(one, sites.length)), {
      title: TITLE,
      subtitle: [
        "Sites from the embedding (0) to the last layer; norms in units of each site's scale.",
      ],
      columns: 5,
      size: 400,
      oneBar: true,
      fromZero: true,
    });
    const lines = latents.map(({ recipe, several }) =>
      shareLine(`${words(recipe)}: half the largest norm at two sites or more`, several)
    );
    return { spec, lines };
  },
};

function mapOf({ recipe, norms }: LatentsResult, n_sites: number): HeatMap {
  const sorted = norms.toSorted((a, b) => centre(a) - centre(b));
  return {
    title: words(recipe),
    rows: sorted.length,
    cols: n_sites,
    data: sorted.flat(),
    rowTitle: "latent",
    colTitle: "site",
    limit: 1,
  };
}

function centre(norms: readonly number[]): number {
  const total = norms.reduce((sum, n) => sum + n * n, 0);
  return norms.reduce((sum, n, site) => sum + site * n * n, 0) / total;
}
