/**
 * What the comparison with ablation says: which metric predicts it best once co-activation and main
 * effects on the same tokens are held fixed, at which cost, at one layer and jointly.
 *
 * @module
 */
import {
  type Agreement,
  type CoderAgreement,
  codersNamed,
  intervalOf,
  overCoders,
  scoreFlops,
} from "../../lib/interactions/agreement/mod.ts";
import { type Ruling, verdictOf } from "../../lib/report/finding.ts";
import { formatNumber } from "../../lib/report/line.ts";
import { metricsOf, metricWords } from "./agreement_words.ts";

/** Metrics that read what the MLP does at the pair's own tokens, main effects alone left out. */
function localMetrics(coder: CoderAgreement): string[] {
  return metricsOf(coder).filter((metric) => {
    const [name] = metric.split(" ");
    return scoreFlops(name, coder) !== undefined && !name.startsWith("main_product");
  });
}

const number = (value: number) => formatNumber(value, { digits: 2 });

/** The local metric with the largest partial B; of means over tokens alone where `means`. */
function bestOf(first: CoderAgreement, name: string, { means }: { means: boolean }) {
  const found = localMetrics(first).filter((metric) => !means || !metric.includes(" "))
    .map((metric) => ({
      metric,
      at: overCoders([first], { case: name, truth: "GT2", metric }, "B")?.mean ?? -1,
    }));
  const best = found.reduce((most, one) => one.at > most.at ? one : most);
  const flops = scoreFlops(best.metric.split(" ")[0], first)!;
  return {
    ...best,
    text: `${metricWords(best.metric)} ${number(best.at)} at ${flops.toLocaleString("en-US")} FLOP`,
  };
}

/** Each block's removal metric against ablation at that block. */
export function oneLayer({ coders: all }: Agreement): Ruling {
  const coders = codersNamed({ coders: all }, "mlp"), [first] = coders;
  const blocks = first.cases.slice(0, -1).map(({ name }) => {
    const cell = { case: name, truth: "GT2", metric: "removal" };
    const { mean = NaN, sd = NaN } = overCoders(coders, cell, "B") ?? {};
    const above = coders.every((coder) =>
      (intervalOf(coder, cell, { set: "B", over: "pairs" })?.low ?? -1) > 0
    );
    const best = bestOf(first, name, { means: true });
    const control = overCoders(coders, { ...cell, metric: "B5c" }, "A")?.mean ?? NaN;
    return { name, mean, sd, control, holds: mean >= 0.2 && above, best };
  });
  const numbers = blocks.map(({ name, mean, sd }) => `${name} ${number(mean)} ± ${number(sd)}`);
  const controls = blocks.map(({ control }) => number(control));
  const [most] = blocks.toSorted((a, b) => b.mean - a.mean);
  return {
    verdict: verdictOf(blocks.map(({ holds }) => holds)),
    text:
      `Partial Spearman of the removal metric: ${
        numbers.join(", ")
      } (± over ${coders.length} dictionaries). ` +
      `Best of all metrics on the first one: ${
        blocks.map(({ name, best }) => `${name} ${best.text}`).join("; ")
      }, a pair and token. ` +
      `With means per latent as the control, main effects on the same tokens, which hold no interaction, keep ` +
      `${
        controls.join(", ")
      }: that control alone proves nothing. The gain is largest at ${most.name}.`,
  };
}

/** The sums over blocks against ablation at all of them. */
export function joint({ coders: all }: Agreement): Ruling {
  const coders = codersNamed({ coders: all }, "mlp"), [first] = coders;
  const { name } = first.cases.at(-1)!;
  const seeds = coders.map((coder) => {
    const found = localMetrics(coder).flatMap((metric) => {
      const cell = { case: name, truth: "GT2", metric };
      const interval = intervalOf(coder, cell, { set: "B", over: "pairs" });
      return interval ? [interval] : [];
    });
    const best = found.reduce((most, one) => one.coefficient > most.coefficient ? one : most);
    return { best, count: found.length, holds: best.coefficient >= 0.1 && best.low > 0 };
  });
  const best = bestOf(first, name, { means: false }), mean = bestOf(first, name, { means: true });
  const largest = overCoders(
    coders,
    { case: name, truth: "GT2", metric: best.metric },
    "B, largest",
  )?.mean;
  const each = seeds.map(({ best: { metric, coefficient, low, high } }) =>
    `${metricWords(metric)} ${number(coefficient)} (${number(low)} to ${number(high)})`
  );
  return {
    verdict: verdictOf(seeds.map(({ holds }) => holds)),
    text:
      `Best by dictionary, 95 % over pairs: ${
        each.join("; ")
      }. On the first, means over co-active tokens give at most ` +
      `${mean.text}; nothing corrects for the choice, of ${
        seeds.map(({ count }) => count).join(", ")
      } scores with intervals. ` +
      (largest === undefined
        ? ""
        : `With the largest product of main effects held fixed too, ${
          metricWords(best.metric)
        } keeps ${number(largest)}.`),
  };
}
