/**
 * proofs-attention-difference (P10): how much more attention does a larger token get?
 *
 *   deno task figures proofs-attention-difference
 *
 * (EQKE[q,i] - EQKE[q,j]) / sqrt(d_head) against i - j for drawn triples of the first model of each
 * population.
 *
 * @module
 */
import { largest } from "../../../lib/numerics/numbers.ts";
import { type BoundPanel, boundScatter } from "../../../lib/plot/bound_scatter.ts";
import { drawnDifferences } from "../../../lib/proofs/analysis/differences.ts";
import { linearFit } from "../../../lib/numerics/statistics.ts";
import { type Line, numberLine } from "../../../lib/report/line.ts";
import type { Figure } from "../../system.ts";
import type { ProofsResults } from "../results.ts";

const TITLE = "Difference of attention scores against difference of tokens";

/** Draws the differences of one model of each population. */
export const attentionDifference: Figure<ProofsResults> = {
  id: "proofs-attention-difference",
  title: TITLE,
  caption: "Attention score against token, pairs of keys for one query.",
  numbers: "Attention score against token",
  draw(run) {
    const parts: BoundPanel[] = [], lines: Line[] = [];
    for (const { id, name, model } of run.representatives) {
      const drawn = drawnDifferences(model, { seed: run.seed, n: 1500 });
      const places = drawn.map(({ gap, difference }) => ({ x: gap, y: difference }));
      const fit = linearFit(places);
      const widest = largest(places.map(({ x }) => x));
      parts.push({
        title: name,
        points: places.map((place) => ({ ...place, series: "drawn triples", label: id })),
        curves: fit && [{
          label: "",
          at: [0, widest].map((x) => ({ x, y: fit.intercept + fit.slope * x })),
        }],
      });
      if (fit) {
        lines.push(numberLine(`${name}: score for each token of difference`, fit.slope, {
          digits: 3,
          note: `nats, least squares; R² ${fit.r2.toFixed(3)}`,
        }));
      }
    }
    const spec = boundScatter(parts, {
      title: TITLE,
      subtitle: [
        "One dot a drawn (query, i, j) with i > j. Along a line through 0 attention grows exponentially with the token;",
        "dashed: least squares.",
      ],
      xTitle: "i - j",
      yTitle: "score of i minus score of j (nats)",
      hover: false,
      colours: { "drawn triples": "#0072B2" },
    });
    return { spec, lines };
  },
};
