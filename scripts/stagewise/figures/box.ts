/**
 * stagewise-box (S4): which latents lie below one absolute threshold on both axes?
 *
 *   deno task figures stagewise-box                 reads what replicate left
 *   deno task figures stagewise-box --threshold 80  a larger box, in hundredths of a cosine
 *
 * After Anthropic's figure A5: a box at 0.7 with 169 latents of their SAE, of which a language model
 * called 12 % relevant, and 4 % of 500 random ones.
 *
 * @module
 */
import { rotationPoints } from "../../../lib/diff/plot_data.ts";
import { inBox } from "../../../lib/diff/stages/quadrants.ts";
import { activeRows } from "../../../lib/diff/stages/table.ts";
import { isRelevant } from "../../../lib/diff/stages/turned.ts";
import { baseRate, countOf } from "../../../lib/numerics/counts.ts";
import { rotationScatter } from "../../../lib/plot/rotation_scatter.ts";
import type { Spec } from "../../../lib/plot/theme.ts";
import { shareText } from "../../../lib/report/line.ts";
import type { Figure } from "../../system.ts";
import { controlConditions, lowestCosines } from "../conditions.ts";
import { otherBoxLines } from "../lines/controls.ts";
import { boxLines } from "../lines/rotation.ts";
import type { StagewiseResults } from "../results.ts";

const TITLE = "Features below one threshold on both axes";

/** Draws the box of a run. */
export const box: Figure<StagewiseResults, "threshold"> = {
  id: "stagewise-box",
  title: TITLE,
  caption:
    "The rotation scatter with a box at one absolute threshold on both cosines, as Anthropic " +
    "drew it, and the count of the controls in the same box.",
  options: {
    threshold: {
      help: "hundredths of a cosine below which the box of both axes lies, 1 to 99",
      default: 70,
      range: { least: 1, most: 99, example: 80 },
    },
  },
  draw(run, { threshold: hundredths }) {
    const threshold = hundredths / 100;
    const at = `both cosines below ${threshold}:`;
    const own = boxLines(run.rows, { ...run.measures, thresholds: [threshold] });
    return {
      spec: boxSpec(run, threshold),
      lines: [...own, ...otherBoxLines(run, threshold)].filter(({ name }) => name.startsWith(at)),
    };
  },
};

function boxSpec(run: StagewiseResults, threshold: number): Spec {
  const active = activeRows(run.rows), boxed = inBox(active, threshold);
  const others = active.filter((row) => !boxed.includes(row));
  const controls = controlConditions(run).map(({ name, rows }) =>
    `${inBox(activeRows(rows), threshold).length} of the ${name}`
  );
  return rotationScatter(rotationPoints(run, active), {
    thresholds: { x: threshold, y: threshold },
    box: true,
    lowest: lowestCosines(run),
    title: TITLE,
    subtitle: [
      `In the box: ${boxed.length} of ${active.length} active latents; in the same box ${
        controls.join(", ")
      }.`,
      `Ringed, of the backdoor: ${shareText(countOf(boxed, isRelevant))} of these, ${
        shareText(baseRate(others, isRelevant, run.measures))
      } of the others.`,
    ],
  });
}
