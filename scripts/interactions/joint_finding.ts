/**
 * What the comparison with ablation says of all blocks at once. The score is chosen on the first
 * dictionary and asked of all; a maximum over tokens is held against main effects whose own maxima
 * are held fixed, since those order pairs as well as it does.
 *
 * @module
 */
import {
  type Agreement,
  codersNamed,
  intervalOf,
  overCoders,
} from "../../lib/interactions/agreement/mod.ts";
import { largest } from "../../lib/numerics/numbers.ts";
import { type Ruling, verdictOf } from "../../lib/report/finding.ts";
import { formatNumber } from "../../lib/report/line.ts";
import { localMetrics } from "./agreement_findings.ts";
import { metricWords } from "./agreement_words.ts";

/** Largest products of main effects over the tokens of a pair: they hold no interaction. */
const LARGEST_MAIN = ["main_product_insertion S_max", "main_product_removal S_max"];

/** The sums over blocks against ablation at all of them. */
export function joint({ coders: all }: Agreement): Ruling {
  const coders = codersNamed({ coders: all }, "mlp"), [first, ...others] = coders;
  const { name } = first.cases.at(-1)!;
  const cell = (metric: string) => ({ case: name, truth: "GT2", metric });
  const judged = (coder: typeof first, metric: string) =>
    intervalOf(coder, cell(metric), { set: setOf(metric), over: "pairs" });
  const candidates = localMetrics(first)
    .filter((metric) => coders.every((coder) => judged(coder, metric) !== undefined));
  if (candidates.length === 0) {
    return { verdict: "undecided", text: "No score has an interval in every dictionary." };
  }
  const at = (metric: string) => judged(first, metric)!.coefficient;
  const chosen = candidates.reduce((best, metric) => at(metric) > at(best) ? metric : best);
  const found = coders.map((coder) => judged(coder, chosen)!);
  const holds = found.map(({ coefficient, low }) => coefficient >= 0.1 && low > 0);
  const alone = (metric: string) =>
    coders.map((coder) => overCoders([coder], cell(metric), "B")?.mean ?? NaN);
  const mains = coders.map((coder) =>
    largest(LARGEST_MAIN.flatMap((metric) => overCoders([coder], cell(metric), "B")?.mean ?? []))
  );
  const listed = (values: readonly number[]) =>
    values.map((value) => formatNumber(value)).join(", ");
  return {
    verdict: others.length === 0 ? "undecided" : verdictOf(holds),
    text:
      `Chosen of ${candidates.length} scores on the first dictionary: ${metricWords(chosen)}, ` +
      `by dictionary ${
        found.map(({ coefficient, low, high }) =>
          `${formatNumber(coefficient)} (${formatNumber(low)} to ${formatNumber(high)})`
        ).join(", ")
      }, 95 % over pairs${
        setOf(chosen) === "B" ? "" : ", the largest main effects held fixed too"
      }. ` +
      `Without those, maxima do well that hold no interaction: the largest product of main effects has ${
        listed(mains)
      }, removal, S_max ${
        listed(alone("removal S_max"))
      }. The removal metric's mean over tokens has ${listed(alone("removal"))}.`,
  };
}

/** What a score is held against: a maximum against main effects with theirs. */
function setOf(metric: string): "B" | "B, largest" {
  return metric.includes("S_max") ? "B, largest" : "B";
}
