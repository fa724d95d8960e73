/** What an area under the ROC curve decides: nothing without an interval. @module */
import type { GroupAuc } from "../../lib/numerics/ranks.ts";
import type { Verdict } from "../../lib/report/finding.ts";

/** Whether the interval of an area lies above 0.5, or below. */
export function above(area: GroupAuc | undefined): Verdict {
  if (area?.interval === undefined) return "undecided";
  const [low, high] = area.interval;
  return low > 0.5 ? "replicated" : high < 0.5 ? "not replicated" : "undecided";
}

/** The same area for the others. */
export function mirrored({ auc, of, others, interval }: GroupAuc): GroupAuc {
  return {
    auc: 1 - auc,
    of: others,
    others: of,
    ...(interval && { interval: [1 - interval[1], 1 - interval[0]] }),
  };
}
