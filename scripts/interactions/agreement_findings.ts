/**
 * What the comparison with ablation says of one block after the other: how well the removal metric
 * predicts it once co-activation and main effects on the same tokens are held fixed, and which local
 * metric does best at which cost. At the last block nothing lies downstream: with the layer norm
 * frozen, ablation there is the removal metric itself, on other text.
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
import { type Spread, spread } from "../../lib/numerics/statistics.ts";
import { type Ruling, verdictOf } from "../../lib/report/finding.ts";
import { formatNumber } from "../../lib/report/line.ts";
import { metricsOf, metricWords } from "./agreement_words.ts";

/** Metrics that read what the MLP does at the pair's own tokens, main effects alone left out. */
export function localMetrics(coder: CoderAgreement): string[] {
  return metricsOf(coder).filter((metric) => {
    const [name] = metric.split(" ");
    return scoreFlops(name, coder) !== undefined && !name.startsWith("main_product");
  });
}

/** The local metric, a mean over co-active tokens, with the largest partial B. */
export function bestOf(first: CoderAgreement, name: string) {
  const found = localMetrics(first).filter((metric) => !metric.includes(" "))
    .map((metric) => ({
      metric,
      at: overCoders([first], { case: name, truth: "GT2", metric }, "B")?.mean ?? -1,
    }));
  const best = found.reduce((most, one) => one.at > most.at ? one : most);
  const flops = scoreFlops(best.metric.split(" ")[0], first)!;
  return `${metricWords(best.metric)} ${formatNumber(best.at)} at ${
    flops.toLocaleString("en-US")
  } FLOP`;
}

/** Each block's removal metric against ablation at that block; the last is told, and decides nothing. */
export function oneLayer({ coders: all }: Agreement): Ruling {
  const coders = codersNamed({ coders: all }, "mlp"), [first] = coders;
  const blocks = first.cases.slice(0, -1).map((one) => blockOf(coders, one));
  const before = blocks.slice(0, -1), last = blocks.at(-1)!;
  const listed = (text: (block: typeof last) => string) =>
    before.map((block) => `${block.name} ${text(block)}`).join(", ");
  const numbers = (value: (block: typeof last) => number) =>
    before.map((block) => formatNumber(value(block))).join(", ");
  return {
    verdict: verdictOf(before.map(({ holds }) => holds)),
    text:
      `Partial Spearman of the removal metric (± over ${coders.length} dictionaries): ${
        listed(({ removal }) => plusMinus(removal))
      }. f_i f_j, which holds no interaction, has ${
        numbers(({ product }) => product)
      }; beyond it and the controls, metrics raise the cross-validated R² of ranks by ${
        numbers(({ gain }) => gain)
      }. Best of the local metrics on the first dictionary: ${
        listed(({ best }) => best)
      }, a pair and token. With means per latent as the control, main effects on the same tokens, which hold no ` +
      `interaction, keep ${
        numbers(({ control }) => control)
      }: that control alone proves nothing. The layer norm before the MLP is frozen, so that part of each is an identity: the ` +
      `residual stream carries what the metric measures to where ablation is read. At ${last.name} all of it is: ${
        plusMinus(last.removal)
      } there is how well two texts agree. KL from additive, which is none, has ${
        plusMinus(last.KL)
      } there.`,
  };
}

const plusMinus = ({ mean, sd }: Pick<Spread, "mean" | "sd">) =>
  `${formatNumber(mean)} ± ${formatNumber(sd)}`;

/** What is told of ablation at one block. */
function blockOf(coders: readonly CoderAgreement[], { name }: CoderAgreement["cases"][number]) {
  const cell = { case: name, truth: "GT2", metric: "removal" };
  const over = (other: Partial<typeof cell>, set: string) =>
    overCoders(coders, { ...cell, ...other }, set) ?? { mean: NaN, sd: NaN };
  const gains = coders.map(({ cases }) => {
    const { controls, withMetrics } = cases.find((one) => one.name === name)!.r2.GT2;
    return withMetrics - controls;
  });
  const removal = over({}, "B");
  const above = coders.every((coder) =>
    (intervalOf(coder, cell, { set: "B", over: "pairs" })?.low ?? -1) > 0
  );
  return {
    name,
    removal,
    KL: over({ truth: "KL" }, "B"),
    product: over({ metric: "acts_product" }, "B").mean,
    control: over({ metric: "B5c" }, "A").mean,
    gain: spread(gains).mean,
    holds: removal.mean >= 0.2 && above,
    best: bestOf(coders[0], name),
  };
}
