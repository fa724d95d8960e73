/**
 * interactions-planted: which scores find pairs that are known to interact?
 *
 *   deno task figures interactions-planted
 *
 * Share of the planted ANDs, ORs and XORs among as many top pairs, by score; mean over seeds with
 * the least and the most.
 *
 * @module
 */
import type { InteractionsResults } from "../../../lib/interactions/run/results.ts";
import { spread } from "../../../lib/numerics/statistics.ts";
import { intervalDots } from "../../../lib/plot/interval_dots.ts";
import type { Figure } from "../../system.ts";
import { metricWords } from "../agreement_words.ts";
import { foundBy, plantedLines } from "../lines/planted.ts";

const TITLE = "Planted pairs among as many top pairs";

/** Draws recall by score and nonlinearity. */
export const planted: Figure<InteractionsResults> = {
  id: "interactions-planted",
  title: TITLE,
  caption:
    "An MLP answers ANDs, ORs and XORs of some pairs of features in superposition, and every feature on its own; all fire " +
    "independently. Share of these pairs among as many top pairs of each score; the line goes from the worst to the best seed.",
  draw({ planted }) {
    const found = foundBy(planted), [{ chance }] = planted.logic;
    const names = [...new Set(found.map(({ activation }) => activation))];
    const dots = found.map(({ activation, metric, recalls }) => ({
      row: metricWords(metric),
      series: activation,
      value: spread(recalls).mean,
      low: Math.min(...recalls),
      high: Math.max(...recalls),
    }));
    const spec = intervalDots([{ title: "", dots }], {
      title: TITLE,
      subtitle: [`Chance is ${chance.toFixed(3)}; means over co-active rows, baselines below.`],
      xTitle: "share of planted pairs found",
      series: names,
      domain: [0, 1],
      width: 460,
    });
    return { spec, lines: plantedLines(planted) };
  },
};
