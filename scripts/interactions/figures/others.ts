/**
 * interactions-others: do measures of other groups tell which latents interact?
 *
 *   deno task figures interactions-others
 *
 * Rank agreement of a quadratic decoder's pair weights with exact interactions, block by block.
 *
 * @module
 */
import type { InteractionsResults } from "../../../lib/interactions/run/results.ts";
import { lineChart } from "../../../lib/plot/line_chart.ts";
import type { Figure } from "../../system.ts";
import { othersLines } from "../lines/others.ts";

const TITLE = "Pair weights of a quadratic decoder against exact interactions";

/** Draws Spearman correlations by block; the lines hold trained against random weights, too. */
export const others: Figure<InteractionsResults> = {
  id: "interactions-others",
  title: TITLE,
  caption:
    "A quadratic term of low rank in the decoder learns a weight for each pair of latents (after PolySAE, arXiv 2602.01322). " +
    "Spearman with the exact interaction at an MLP where both are active: of the weights, of what they add at the pair's activations, " +
    "and of those activations alone, in which there is no weight.",
  draw({ others }) {
    const { layers, pairs, rank } = others.quadratic;
    const spec = lineChart(
      layers.flatMap(({ layer, weights, added, acts }) => [
        { x: layer, y: weights, series: "pair weights" },
        { x: layer, y: added, series: "pair weights times activations" },
        { x: layer, y: acts, series: "activations alone" },
      ]),
      {
        title: TITLE,
        subtitle: [`${pairs.toLocaleString("en-US")} pairs, rank ${rank}.`],
        xTitle: "block",
        yTitle: "Spearman with the removal metric",
        legend: "right",
        wholeX: true,
        width: 520,
        height: 340,
      },
    );
    return { spec, lines: othersLines(others) };
  },
};
