/**
 * crosscoders-density: how often do latents fire?
 *
 *   deno task figures crosscoders-density
 *
 * Share of held-out tokens on which each latent fires, log10, for every trained recipe; latents
 * that never fire are counted in the title.
 *
 * @module
 */
import { TRAINED } from "../../../lib/crosscoder/run/presets.ts";
import type { CrosscodersResults, LatentsResult } from "../../../lib/crosscoder/run/results.ts";
import { median } from "../../../lib/numerics/statistics.ts";
import { type Histogram, histograms } from "../../../lib/plot/histogram.ts";
import { numberLine, shareLine } from "../../../lib/report/line.ts";
import type { Figure } from "../../system.ts";
import { words } from "../words.ts";

const TITLE = "How often latents fire";

/** Draws the density of every trained recipe's latents. */
export const density: Figure<CrosscodersResults> = {
  id: "crosscoders-density",
  title: TITLE,
  caption:
    "Share of held-out tokens on which a latent fires (log10), over the latents that fire at all; the first seed's.",
  numbers: "Activation density",
  draw({ latents }) {
    const shown = latents.filter(({ recipe }) => TRAINED.some((name) => name === recipe));
    const spec = histograms(shown.map(histogramOf), {
      title: TITLE,
      subtitle: ["Log10 of the share of held-out tokens; dead latents are in the titles alone."],
      columns: 3,
      width: 300,
      height: 200,
    });
    const lines = shown.flatMap(({ recipe, density }) => {
      const firing = density.filter((share) => share > 0);
      return [
        shareLine(`${words(recipe)}: dead latents`, {
          count: density.length - firing.length,
          of: density.length,
        }, { note: "first seed alone" }),
        ...(firing.length > 0
          ? [numberLine(`${words(recipe)}: median density`, median(firing), { digits: 4 })]
          : []),
      ];
    });
    return { spec, lines };
  },
};

function histogramOf({ recipe, density }: LatentsResult): Histogram {
  const firing = density.filter((share) => share > 0);
  const dead = density.length - firing.length;
  return {
    title: `${words(recipe)}, ${dead} of ${density.length} dead`,
    xTitle: "log10 of density",
    series: [{ name: "latents", values: firing.map(Math.log10) }],
    bins: 24,
  };
}
