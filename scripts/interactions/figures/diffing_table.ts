/**
 * interactions-diffing-table (I15): every score of change against the labels, beside its noise.
 *
 *   deno task figures interactions-diffing-table
 *
 * @module
 */
import type { InteractionsResults } from "../../../lib/interactions/run/results.ts";
import { tableFigure } from "../../../lib/plot/table_figure.ts";
import type { Figure } from "../../system.ts";
import { diffingLines, scoreWords } from "../lines/diffing.ts";

const TITLE = "Scores of change against the labels of latents";

/** Draws the table: a row a score, AUROC with interval and precision among the first 20 by dictionary. */
export const diffingTable: Figure<InteractionsResults> = {
  id: "interactions-diffing-table",
  title: TITLE,
  caption:
    "Area under the ROC curve with its interval, and precision among the first 20, of every score; the lowest rows are " +
    "what noise gives: hubs between two halves of the text and between two clean fine-tunes, rotation between two orders.",
  numbers: TITLE,
  draw({ diffing: { seeds } }) {
    const rows = Object.keys(seeds[0].rankings).map((name) => [
      scoreWords(name),
      ...seeds.flatMap(({ rankings }) => {
        const { auroc, low, high, precision } = rankings[name];
        return [
          `${auroc.toFixed(3)} (${low.toFixed(2)} to ${high.toFixed(2)})`,
          precision.toFixed(2),
        ];
      }),
    ]);
    const heads = seeds.flatMap(({ number }) => [`AUROC, dictionary ${number}`, "first 20"]);
    const spec = tableFigure([["score", ...heads], ...rows], { title: TITLE });
    return { spec, lines: seeds.flatMap(diffingLines) };
  },
};
