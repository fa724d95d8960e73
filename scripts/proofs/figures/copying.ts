/**
 * proofs-copying (P9): how well does attending to a token raise that token's logit above all
 * others?
 *
 *   deno task figures proofs-copying
 *
 * For every token of the first model of each population: the range of its row of EVOU, and the
 * largest other entry minus the diagonal one, both plain and weighted by how many sequences have
 * that token as their maximum.
 *
 * @module
 */
import { largest } from "../../../lib/numerics/numbers.ts";
import { type Histogram, histograms } from "../../../lib/plot/histogram.ts";
import { copyingRows } from "../../../lib/proofs/analysis/copying.ts";
import { makeTables } from "../../../lib/proofs/tables/folded.ts";
import { type Line, numberLine } from "../../../lib/report/line.ts";
import type { Figure } from "../../system.ts";
import type { ProofsResults } from "../results.ts";

const TITLE = "Copying: rows of EVOU";

/** Draws the rows of one model of each population. */
export const copying: Figure<ProofsResults> = {
  id: "proofs-copying",
  title: TITLE,
  caption: "Rows of EVOU: range, and largest other entry minus the diagonal.",
  numbers: "Copying",
  draw(run) {
    const parts: Histogram[] = [], lines: Line[] = [];
    for (const { name, model } of run.representatives) {
      const { ranges, gaps, weights } = copyingRows(makeTables(model));
      const histogram = (title: string, values: number[]): Histogram => ({
        title: `${title}, ${name}`,
        xTitle: "logits",
        series: [
          { name: "each token once", values },
          { name: "weighted by sequences", values, weights },
        ],
        bins: 24,
      });
      parts.push(
        histogram("range of a row", ranges),
        histogram("largest other minus diagonal", gaps),
      );
      const total = weights.reduce((sum, w) => sum + w, 0);
      const copied = gaps.reduce((sum, gap, t) => sum + (gap < 0 ? weights[t] : 0), 0);
      lines.push(
        numberLine(`${name}: largest range of a row of EVOU`, largest(ranges), { digits: 2 }),
        numberLine(
          `${name}: tokens whose own logit is the largest of their row`,
          gaps.filter((x) => x < 0).length,
          {
            digits: 0,
            note: `of ${gaps.length}; by sequences a share of ${(copied / total).toFixed(6)}`,
          },
        ),
        numberLine(
          `${name}: largest other minus diagonal, weighted mean`,
          gaps.reduce((sum, gap, t) => sum + gap * weights[t], 0) / total,
          { digits: 2 },
        ),
      );
    }
    const spec = histograms(parts, {
      title: TITLE,
      subtitle: [
        "Right, below zero: a token that gets all attention wins by the copying table alone.",
        "Weighted: by how many sequences have the token as their maximum.",
      ],
    });
    return { spec, lines };
  },
};
