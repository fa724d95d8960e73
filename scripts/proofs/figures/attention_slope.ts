/**
 * proofs-attention-slope (P10): how much more attention does a token get for each step above
 * another?
 *
 *   deno task figures proofs-attention-slope
 *
 * (EQKE[q,i] - EQKE[q,j]) / sqrt(d_head) / (i - j) over all triples with i > j of the first model
 * of each population.
 *
 * @module
 */
import { type Histogram, histograms } from "../../../lib/plot/histogram.ts";
import { allSlopes } from "../../../lib/proofs/analysis/differences.ts";
import { PAPER } from "../paper.ts";
import { type Line, numberLine } from "../../../lib/report/line.ts";
import type { Figure } from "../../system.ts";
import type { ProofsResults } from "../results.ts";

const TITLE = "Attention score for each token of difference";

/** Draws the slopes of one model of each population. */
export const attentionSlope: Figure<ProofsResults> = {
  id: "proofs-attention-slope",
  title: TITLE,
  caption: "Attention score for each token of difference, all pairs.",
  numbers: "Attention score for each token of difference",
  draw(run) {
    const parts: Histogram[] = [], lines: Line[] = [];
    for (const { name, K, v, model } of run.representatives) {
      const slopes = allSlopes(model);
      parts.push({
        title: name,
        xTitle: "nats for each token",
        series: [{ name: "triples", values: slopes }],
        bins: 50,
      });
      const negative = slopes.reduce((count, x) => count + (x <= 0 ? 1 : 0), 0);
      const mean = slopes.reduce((sum, x) => sum + x, 0) / slopes.length;
      lines.push(
        numberLine(`${name}: mean score for each token`, mean, {
          digits: 3,
          paper: K === 4 && v === 64 ? PAPER.scorePerToken : undefined,
          note: "nats",
        }),
        numberLine(`${name}: triples where the smaller token gets more`, negative / slopes.length, {
          digits: 5,
          note: `${negative} of ${slopes.length}`,
        }),
      );
    }
    const spec = histograms(parts, {
      title: TITLE,
      subtitle: [
        "All triples (query, i, j) with i > j. Right of zero the larger token gets more attention.",
      ],
    });
    return { spec, lines };
  },
};
