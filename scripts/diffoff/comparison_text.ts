/** A comparison in words: its mean difference, how sure it is, and what the rule says. @module */
import { type Comparison, LEAST_SEEDS } from "../../lib/diff/diffoff/mod.ts";
import { countText } from "./words.ts";

/** "−1.32 [−2.00, −0.64], 6 of 8 seeds differ, p 0.031": undecided ones say why. */
export function comparisonText(comparison: Comparison): string {
  const { seeds, differ, adjusted } = comparison;
  if (seeds.length === 0) return verdictText(comparison);
  const tested = `p ${adjusted.toPrecision(2)} after Holm`;
  return `${differenceText(comparison)}, ${differ} of ${
    countText(seeds.length, "seed")
  } differ, ${tested}: ${verdictText(comparison)}`;
}

/** The mean with its interval; of fewer seeds than decide anything, with the range. */
export function differenceText({ mean, range, interval, measure }: Comparison): string {
  if (mean === undefined || range === undefined) return "–";
  const digits = measure === "AP" ? 3 : 2;
  const text = (x: number) => x.toFixed(digits).replace("-", "−");
  if (interval) return `${text(mean)} [${interval.map(text).join(", ")}]`;
  return range[0] === range[1] ? text(mean) : `${text(mean)} (${range.map(text).join(" to ")})`;
}

/** The verdict, with the reason of an undecided one. */
export function verdictText(comparison: Comparison): string {
  if (comparison.verdict !== "undecided") return comparison.verdict;
  const { why, seeds, differ } = comparison;
  if (seeds.length < LEAST_SEEDS) {
    return `undecided by the rule, ${
      countText(seeds.length, "seed")
    } of ${LEAST_SEEDS} that it needs`;
  }
  return why === "wide"
    ? "undecided by the rule, a wide interval"
    : `undecided by the rule, ${countText(differ, "seed")} too few to differ`;
}

/** The same for a table. */
export function shortVerdict({ verdict, ...rest }: Comparison): string {
  if (verdict !== "undecided") return verdict;
  const few = rest.seeds.length < LEAST_SEEDS || "why" in rest && rest.why === "too few differ";
  return few ? "undecided: too few" : "undecided: wide";
}
