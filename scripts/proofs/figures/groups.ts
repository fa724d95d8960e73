/**
 * proofs-groups (P1): how good is the best proof of each group, as published, as measured here, and
 * repaired?
 *
 *   deno task figures proofs-groups
 *
 * Bounds over true accuracy; for each model the best strategy of the group, then mean and standard
 * deviation over models.
 *
 * @module
 */
import { type IntervalDot, intervalDots } from "../../../lib/plot/interval_dots.ts";
import { GROUPS, groupSpread } from "../../../lib/proofs/run/groups.ts";
import type { ModelResult } from "../../../lib/proofs/run/results.ts";
import { type Spread, spread } from "../../../lib/numerics/statistics.ts";
import { PAPER } from "../paper.ts";
import { lengthLines } from "../lines/length.ts";
import { groupLines, publishedAt } from "../lines/bounds.ts";
import type { Figure } from "../../system.ts";
import type { ProofsResults } from "../results.ts";
import { familyPanels } from "./common.ts";

const TITLE = "Bounds by what is understood: the best proof of each group";
const SERIES = ["paper", "here, as published", "here, sound"];

/** Draws the main table of a run. */
export const groups: Figure<ProofsResults> = {
  id: "proofs-groups",
  title: TITLE,
  caption: "The best proof of each group: the paper's mean over 151 models, and here.",
  draw(run) {
    const parts = familyPanels(run, (models, title) => ({ title, dots: dotsOf(models) }));
    const spec = intervalDots(parts, {
      title: TITLE,
      subtitle: [
        "Bound over true accuracy; brute force: the accuracy itself. Dots: means over models, lines: one standard deviation.",
        "From top to bottom proofs use less of the weights, or understand less of them.",
      ],
      xTitle: "bound / accuracy",
      series: SERIES,
      domain: [0, 1],
      step: 34,
    });
    return {
      spec,
      lines: [...groupLines(run), ...lengthLines(run)],
    };
  },
};

function dotsOf(models: readonly ModelResult[]): IntervalDot[] {
  return GROUPS.flatMap((group) => {
    const paper = publishedAt(PAPER.groups[group], models[0]);
    const dot = (series: string, { mean, sd }: Pick<Spread, "mean" | "sd">): IntervalDot => ({
      row: group,
      series,
      value: mean,
      low: mean - sd,
      high: mean + sd,
    });
    const theirs = paper ? [dot(SERIES[0], { mean: paper.value, sd: paper.sd ?? 0 })] : [];
    if (group === "brute-force") {
      return [...theirs, dot(SERIES[2], spread(models.map(({ accuracy }) => accuracy.value)))];
    }
    const sound = dot(SERIES[2], groupSpread(models, group, "sound"));
    if (group === "cubic") return [...theirs, sound];
    return [...theirs, dot(SERIES[1], groupSpread(models, group, "published")), sound];
  });
}
