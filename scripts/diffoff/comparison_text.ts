/** A comparison in words: its mean difference, how sure it is, and what the rule says. @module */
import { type Comparison, LEAST_SEEDS } from "../../lib/diff/diffoff/mod.ts";
import { countText } from "./words.ts";

/** What lists are compared by, in a few words. */
export const MEASURES: Readonly<Record<Comparison["measure"], string>> = {
  logK: "log2 k",
  closed: "share closed",
  AP: "AP",
};

/** "undecided, too few differ (−1.32 [−2.00, −0.64], 5 of 8 seeds differ, p 0.31)"; p after Holm. */
export function comparisonText(comparison: Comparison): string {
  const { seeds, differ, adjusted } = comparison, verdict = verdictText(comparison);
  if (seeds.length === 0) return verdict;
  return `${verdict} (${differenceText(comparison)}, ${differ} of ${
    countText(seeds.length, "seed")
  } differ, p ${adjusted.toPrecision(2)})`;
}

/** The mean with its interval; of fewer seeds than decide anything, with the range. */
export function differenceText({ mean, range, interval, measure }: Comparison): string {
  if (mean === undefined || range === undefined) return "–";
  const digits = measure === "logK" ? 2 : 3;
  const text = (x: number) => x.toFixed(digits).replace("-", "−");
  if (interval) return `${text(mean)} [${interval.map(text).join(", ")}]`;
  return range[0] === range[1]
    ? text(mean)
    : `${text(mean)}, range ${range.map(text).join(" to ")}`;
}

/** The verdict, with the reason of an undecided one. */
export function verdictText(comparison: Comparison): string {
  if (comparison.verdict !== "undecided") return comparison.verdict;
  const { why, seeds } = comparison;
  if (seeds.length === 0) return "undecided by the rule, no seed tells";
  if (seeds.length < LEAST_SEEDS) return "undecided by the rule, too few seeds";
  return `undecided by the rule, ${why === "wide" ? "a wide interval" : why}`;
}
