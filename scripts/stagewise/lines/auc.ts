/** Areas under the ROC curve as lines and in words: an interval only where both groups have enough. @module */
import { type GroupAuc, LEAST_RANKED } from "../../../lib/numerics/ranks.ts";
import { type Line, numberLine } from "../../../lib/report/line.ts";

/** One area; none where a group is empty. `note` follows the sizes of both groups. */
export function aucLine(
  name: string,
  area: GroupAuc | undefined,
  { note, groups: [group, others] = ["in the group", "others"] }: {
    note?: string;
    groups?: [string, string];
  } = {},
): Line[] {
  if (area === undefined) return [];
  const { auc, interval } = area;
  const how = interval ? "bootstrap of 2,000 resamples" : TOO_FEW;
  const sizes = `${area.of} ${group}, ${area.others} ${others}`;
  return [
    numberLine(name, auc, {
      digits: 3,
      interval,
      note: [sizes, how, note].filter(Boolean).join("; "),
    }),
  ];
}

/** An area with its interval, or why it has none, and the sizes of both groups. */
export function aucText({ auc, of, others, interval }: GroupAuc): string {
  const between = interval
    ? `95 % interval ${interval.map((end) => end.toFixed(2)).join(" to ")}`
    : TOO_FEW;
  return `${auc.toFixed(2)} (${of} against ${others} latents, ${between})`;
}

const TOO_FEW = `no interval from fewer than ${LEAST_RANKED} in a group`;
