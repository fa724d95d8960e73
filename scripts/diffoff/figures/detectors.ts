/**
 * diffoff-detectors: the comparison of arXiv 2605.07324 again, on held-out prompts and with a
 * threshold that can be reached.
 *
 *   deno task figures diffoff-detectors
 *
 * @module
 */
import {
  ceiling,
  type DetectorName,
  DETECTORS,
  type DiffOffResults,
  type Mean,
  meanOf,
} from "../../../lib/diff/diffoff/mod.ts";
import { type IntervalDot, intervalDots } from "../../../lib/plot/interval_dots.ts";
import { numberLine } from "../../../lib/report/line.ts";
import type { Figure } from "../../system.ts";
import { PAPER } from "../paper.ts";
import { countText, methodTitle, nothingYet } from "../words.ts";

type Detected = DiffOffResults["detectors"][number];

const MEASURES: { name: string; of(detected: Detected): number }[] = [
  { name: "F1 at the 95th percentile", of: ({ percentile }) => percentile.F1 },
  { name: "F1 at that percentile, ties flagged", of: ({ orEqual }) => orEqual.F1 },
  { name: "F1 at a threshold that can be reached", of: ({ reached }) => reached.F1 },
  { name: "average precision on prompts", of: ({ AP }) => AP },
];

const TITLE = "Dictionaries of two models as detectors of the trigger";

/** Draws a row a measure, a dot a dictionary. */
export const detectors: Figure<DiffOffResults> = {
  id: "diffoff-detectors",
  title: TITLE,
  caption:
    "The best latent by one half of held-out prompts, a fifth of which hold the trigger, scored on the " +
    "other half; mean over seeds with its interval.",
  numbers: TITLE,
  draw(results) {
    const found = results.detectors, names = DETECTORS;
    const mean = (name: DetectorName, of: (detected: Detected) => number) =>
      meanOf(found.filter((detected) => detected.name === name).map(of));
    const dots = MEASURES.flatMap(({ name: row, of }) =>
      names.map((name): IntervalDot => dotOf(mean(name, of), row, methodTitle(results, name)))
    );
    if (found.length === 0) return { spec: nothingYet(TITLE, "detectors"), lines: [] };
    const most = meanOf(found.map(({ prompts }) => ceiling(prompts))).mean;
    const spec = intervalDots([{ title: "", dots }], {
      title: "Dictionaries of two models as detectors",
      subtitle: [
        `Best latent, held-out prompts, ${
          countText(results.seeds.length, "seed")
        }; on the prompts that the 95th percentile is taken from F1 is ${most.toFixed(2)} at most.`,
      ],
      xTitle: "F1, average precision",
      series: names.map((name) => methodTitle(results, name)),
      domain: [0, 1],
      columns: 1,
      width: 520,
    });
    const lines = names.flatMap((name) =>
      MEASURES.map(({ name: measure, of }, n) => {
        const { mean: value, low, high, n: seeds } = mean(name, of);
        return numberLine(`${methodTitle(results, name)}: ${measure}`, value, {
          ...(n === 0 && { paper: PAPER.isolation[name] }),
          ...(seeds > 1 && { interval: [low, high] as [number, number] }),
        });
      })
    );
    return { spec, lines };
  },
};

function dotOf({ mean: value, low, high, n }: Mean, row: string, series: string): IntervalDot {
  return n > 1 ? { row, series, value, low, high } : { row, series, value };
}
