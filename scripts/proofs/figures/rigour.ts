/**
 * proofs-rigour (P16): what does rigour cost? How many of all sequences each arithmetic leaves
 * undecided.
 *
 *   deno task figures proofs-rigour
 *
 * A sequence is undecided when its margin is within the error bound of the arithmetic.
 *
 * @module
 */
import { type BoundPanel, boundScatter } from "../../../lib/plot/bound_scatter.ts";
import {
  type IntervalDot,
  intervalDots,
  type IntervalPanel,
} from "../../../lib/plot/interval_dots.ts";
import type { ModelResult } from "../../../lib/proofs/run/results.ts";
import { spread } from "../../../lib/numerics/statistics.ts";
import { rigourLines } from "../lines/story.ts";
import type { Figure } from "../../system.ts";
import type { ProofsResults } from "../results.ts";
import { familyPanels } from "./common.ts";

const TITLE = "Sequences closer to a tie than an arithmetic can tell";

const COLOURS = {
  "margins within": "#9AA0A8",
  "float32 forward pass": "#D55E00",
  "float64 forward pass": "#0072B2",
};

/** Draws the counts of a run's folder. Throws where no model's margins were enumerated. */
export const rigour: Figure<ProofsResults> = {
  id: "proofs-rigour",
  title: TITLE,
  caption: "How many sequences are closer to a tie than an arithmetic can tell.",
  draw(run) {
    const margins = boundScatter(familyPanels(run, panelOf), {
      title: TITLE,
      subtitle: [
        "Grey: sequences whose margin is at most x logits. Colours: the a-priori error of a forward pass, and what it leaves open.",
        "Sums of exact tables in float32 have a bound of their own for each sequence: see the numbers. No sequence: drawn at -1.",
      ],
      xTitle: "log10 margin in logits",
      yTitle: "log10 sequences",
      colours: COLOURS,
    });
    const undecided = intervalDots(familyPanels(run, undecidedPanel), {
      title: "Sequences that each arithmetic leaves undecided",
      subtitle: [
        "Out of all v^K, on a logarithmic axis of the number plus one: 1 is none.",
        "Dots: means over models, lines: least and greatest.",
      ],
      xTitle: "undecided sequences + 1",
      series: ["undecided"],
      logX: true,
    });
    const spec = [
      { about: "by arithmetic", spec: undecided },
      { suffix: "margins", about: "by margin", spec: margins },
    ];
    return { spec, lines: rigourLines(run) };
  },
};

/**
 * From the weights in float32, by sums of exact tables in float32, and from the weights in float64.
 */
function undecidedPanel(models: ModelResult[], title: string): IntervalPanel | undefined {
  const counted = models.flatMap(({ margins }) => margins ?? []);
  const sums = models.flatMap(({ accuracy }) => accuracy.undecided ?? []);
  if (sums.length === 0) return undefined;
  const dot = (row: string, counts: number[]): IntervalDot => {
    const { mean, min, max, n } = spread(counts);
    return {
      row: `${row} (${n} model${n > 1 ? "s" : ""})`,
      series: "undecided",
      value: mean + 1,
      low: min + 1,
      high: max + 1,
    };
  };
  const [float32 = [], float64 = []] = (counted[0]?.apriori ?? []).map(({ arithmetic }, i) => [
    dot(arithmetic, counted.map(({ apriori }) => apriori[i].undecided)),
  ]);
  const ofTables = dot("float32 sums of exact tables", sums);
  return { title: title.replace(/ \(.*/, ""), dots: [...float32, ofTables, ...float64] };
}

function panelOf(models: ModelResult[], title: string): BoundPanel | undefined {
  const counted = models.filter(({ margins }) => margins);
  if (counted.length === 0) return undefined;
  const log = (n: number) => n === 0 ? -1 : Math.log10(n);
  const none = counted.every(({ margins }) =>
    [...margins!.counts, ...margins!.apriori.map(({ undecided }) => undecided)].every((n) =>
      n === 0
    )
  );
  return {
    title: title.replace(/\(.*/, `(${counted.length} enumerated)`),
    points: counted.flatMap(({ id, margins }) => [
      ...margins!.thresholds.map((threshold, i) => ({
        x: Math.log10(threshold),
        y: log(margins!.counts[i]),
        series: "margins within",
        label: id,
      })),
      ...margins!.apriori.map(({ arithmetic, bound, undecided }) => ({
        x: Math.log10(bound),
        y: log(undecided),
        series: arithmetic,
        label: id,
      })),
    ]),
    ...(none && { yDomain: [-1, 1] }), // equal values alone have no axis
    curves: counted.map(({ id, margins }) => ({
      series: "margins within",
      label: id,
      at: margins!.thresholds.map((x, i) => ({ x: Math.log10(x), y: log(margins!.counts[i]) })),
    })),
  };
}
