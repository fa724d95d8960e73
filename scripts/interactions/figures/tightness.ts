/**
 * interactions-tightness (I5): how far above a neuron's exact excess is each of its bounds?
 *
 *   deno task figures interactions-tightness
 *
 * Neuron-tokens by log10 of bound over |E|, of the GELU and the ReLU model; exact is 0.
 *
 * @module
 */
import { RATIO_BINS, type RatioBound } from "../../../lib/interactions/pairs/neuron_sums.ts";
import type { Bounds } from "../../../lib/interactions/run/phases/bounds.ts";
import type { InteractionsResults } from "../../../lib/interactions/run/results.ts";
import { type Histogram, histograms } from "../../../lib/plot/histogram.ts";
import type { Figure } from "../../system.ts";
import { boundLines } from "../lines/bounds.ts";

const TITLE = "Bounds on a neuron's excess, over the excess";

const WORDS: Record<RatioBound, string> = {
  telescoping: "telescoping",
  shapley_taylor: "Σ |STI|, one order",
  dominant: "dominant",
  min: "Σ min",
};

/** Draws a panel a model and bound. */
export const tightness: Figure<InteractionsResults> = {
  id: "interactions-tightness",
  title: TITLE,
  caption:
    "Neuron-tokens whose exact excess |E| is above 0.001, by the logarithm of bound over |E|; 0 is exact. Σ min is gated by " +
    "the reach of the kink in the ReLU model, where a kink exists; all blocks together.",
  numbers: "Bounds of single neurons beside the exact excess",
  draw({ bounds }) {
    const models = [...new Set(bounds.blocks.map(({ model }) => model))];
    const panels = Object.keys(WORDS).flatMap((bound) =>
      models.map((model) => panel(bounds, { model, bound: bound as RatioBound }))
    );
    const spec = histograms(panels, {
      title: TITLE,
      subtitle: [
        "The last bar holds what is beyond, the bar left of 0 what is equal up to float32 rounding: " +
        `${bounds.violated} of ${bounds.neuron_tokens.toLocaleString("en-US")} are above a bound.`,
      ],
      columns: models.length,
      width: 380,
      height: 130,
    });
    return { spec, lines: boundLines(bounds) };
  },
};

/** Where the axis ends: bounds a thousand times too large. */
const LAST = Math.round((3 - RATIO_BINS.from) / RATIO_BINS.width);

function panel(
  { blocks }: Bounds,
  { model, bound }: { model: string; bound: RatioBound },
): Histogram {
  const counts = new Array<number>(LAST + 1).fill(0);
  for (const { model: own, whole } of blocks) {
    if (own !== model) continue;
    whole.ratios[bound].forEach((count, bin) => counts[Math.min(bin, LAST)] += count);
  }
  const first = Math.min(exact, counts.findIndex((count) => count > 0));
  const shown = counts.slice(first);
  return {
    title: `${WORDS[bound]}, ${model}`,
    xTitle: "log10 of bound / |E|",
    // Bars begin where the bins do: one bar more than steps between them, so that each has its own.
    series: [{
      name: WORDS[bound],
      values: shown.map((_, bin) => RATIO_BINS.from + (first + bin) * RATIO_BINS.width),
      weights: shown,
    }],
    bins: shown.length,
    rules: [{ x: 0, label: "" }],
  };
}

/** The bin that begins at 0. */
const exact = Math.round(-RATIO_BINS.from / RATIO_BINS.width);
