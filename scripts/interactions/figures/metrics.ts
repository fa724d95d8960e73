/**
 * interactions-metrics: which metrics are there, what do they cost, and what may they be used for?
 *
 *   deno task figures interactions-metrics
 *
 * @module
 */
import { CATALOGUE } from "../../../lib/interactions/formulas/mod.ts";
import type { InteractionsResults } from "../../../lib/interactions/run/results.ts";
import { tableFigure } from "../../../lib/plot/table_figure.ts";
import type { Figure } from "../../system.ts";

const TITLE = "Metrics of interaction";

/** Draws the list of metrics with formula, cost and standing. */
export const metrics: Figure<InteractionsResults> = {
  id: "interactions-metrics",
  title: TITLE,
  caption:
    "Costs for n features active on a token, K keys in a row, M neurons. An exact metric is the interaction itself in its context; " +
    "a bound is never below it and may stand in a proof.",
  draw() {
    const head = ["metric", "at", "operations", "standing", "formula"];
    const rows = CATALOGUE.map(({ id, at, operations, standing, formula }) => [
      id.replaceAll("_", " "),
      at,
      operations,
      standing,
      formula,
    ]);
    const spec = tableFigure([head, ...rows], {
      title: TITLE,
      subtitle: ["Operations of a neuron on a token, of an attention row, of a pair of weights."],
      words: [1, 2, 3, 4],
    });
    return { spec, lines: [] };
  },
};
