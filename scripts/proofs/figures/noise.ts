/**
 * proofs-noise (P8): is what is left of the attention scores larger than noise of the same size
 * would be?
 *
 *   deno task figures proofs-noise
 *
 * The largest row range of Eq'' W_Q'' W_K''^T Ebar''^T of the first model of each population,
 * against 100 products of the same factors with shuffled entries and 100 with normal entries of
 * equal mean and deviation.
 *
 * @module
 */
import { type Histogram, histograms } from "../../../lib/plot/histogram.ts";
import { noiseTest, normBounds } from "../../../lib/proofs/analysis/residual.ts";
import { PAPER } from "../paper.ts";
import type { Line } from "../../../lib/report/line.ts";
import { noiseLines } from "../lines/story.ts";
import type { Figure } from "../../system.ts";
import type { ProofsResults } from "../results.ts";

const TITLE = "The residual of the attention scores against noise";

/**
 * Each is of one model: the bounds on the attention error at K = 4, and the noise test at K = 5.
 */
const PUBLISHED: Record<number, typeof PAPER.residual> = {
  4: PAPER.attentionError,
  5: PAPER.residual,
};

/** Draws the tests of one model of each population. */
export const noise: Figure<ProofsResults> = {
  id: "proofs-noise",
  title: TITLE,
  caption: "The residual against products of shuffled and normal factors.",
  numbers: "The residual against noise, and bounds on the attention error",
  draw(run) {
    const parts: Histogram[] = [], lines: Line[] = [];
    for (const { name, K, v, model } of run.representatives) {
      const test = noiseTest(model, run);
      parts.push({
        title: name,
        xTitle: "largest row range (score before / sqrt(d_head))",
        series: [
          { name: "shuffled entries", values: test.shuffled },
          { name: "normal entries", values: test.normal },
        ],
        rules: [{ x: test.range, label: "the model" }],
        bins: 30,
      });
      const paper = v === 64 ? PUBLISHED[K] : undefined;
      lines.push(...noiseLines(name, test, { paper, norms: normBounds(model) }));
    }
    const spec = histograms(parts, {
      title: TITLE,
      subtitle: [
        "Largest row range of the peeled product (dashed) beside 100 products of shuffled and of normal factors of the same size.",
      ],
    });
    return { spec, lines };
  },
};
