/**
 * What became of the claims on feature interactions in one run. Verdicts follow the rules in
 * predictions.ts, which were written down before the run but for what is called amended.
 *
 * @module
 */
import type { InteractionsResults } from "../../lib/interactions/run/results.ts";
import { type Finding, predicted, type Ruling, verdictOf } from "../../lib/report/finding.ts";
import { formatNumber } from "../../lib/report/line.ts";
import { oneLayer } from "./agreement_findings.ts";
import { joint } from "./joint_finding.ts";
import { scoreWords } from "./lines/diffing.ts";
import { penaltyRuling } from "./penalty_finding.ts";
import { PREDICTIONS } from "./predictions.ts";
import { suppressionRuling } from "./suppression_finding.ts";

/** A finding by one of the rules; `text` has the numbers. */
export function finding(name: keyof typeof PREDICTIONS, ruling: Ruling): Finding {
  return predicted(PREDICTIONS[name], ruling);
}

/** In order of weight: what the report's first lines answer. */
export function interactionsFindings(run: InteractionsResults): Finding[] {
  return [
    finding("oneLayer", oneLayer(run.agreement)),
    finding("joint", joint(run.agreement)),
    boundsHold(run),
    boundsTight(run),
    diffing(run),
    finding("suppression", suppressionRuling(run.suppression)),
    injection(run),
    splicing(run),
    plantedFinding(run),
    lorenz(run),
    attentionFinding(run),
    finding("penalty", penaltyRuling(run.penalty)),
  ];
}

function diffing({ diffing: { seeds } }: InteractionsResults): Finding {
  const text = seeds.map(({ number, hub, rival, rankings, advantage }) => {
    const auroc = (name: string) => rankings[name].auroc.toFixed(3);
    const digits = (value: number) => formatNumber(value, { digits: 3 });
    const { difference, low, high } = advantage;
    return `dictionary ${number}: ${scoreWords(hub)} ${auroc(hub)}, ${scoreWords(rival)} ${
      auroc(rival)
    }, ` +
      `difference ${digits(difference)} (${digits(low)} to ${digits(high)})`;
  }).join("; ");
  return finding("diffing", {
    verdict: verdictOf(seeds.map(({ advantage }) => advantage.low > 0)),
    text: `AUROC of labelled latents: ${text}.`,
  });
}

function boundsHold({ bounds: { blocks, neuron_tokens, violated } }: InteractionsResults): Finding {
  const models = [...new Set(blocks.map(({ model }) => model))];
  const broken = (name: string) =>
    blocks.filter(({ model }) => model === name).flatMap((block) => [
      block.whole,
      block.reconstruction,
    ]).reduce((sum, { violations: { kink_gate: _, ...valid } }) =>
      Object.values(valid).reduce((a, b) => a + b, sum), 0);
  return finding("boundsHold", {
    verdict: verdictOf(models.map((name) => broken(name) === 0)),
    text: `${violated} of ${
      neuron_tokens.toLocaleString("en-US")
    } neuron-tokens, counted with the error node and without, lie above a bound (${
      models.map((name) => `${name} ${broken(name)}`).join(", ")
    }).`,
  });
}

function boundsTight({ bounds: { blocks } }: InteractionsResults): Finding {
  const ratios = blocks.map(({ model, layer, whole: { over_excess } }) =>
    `${model} ${layer}: ${over_excess.dominant.toFixed(1)} (telescoping ${
      over_excess.telescoping.toFixed(1)
    })`
  );
  return finding("boundsTight", {
    verdict: verdictOf(blocks.map(({ whole }) => whole.over_excess.dominant <= 3)),
    text: `Dominant bound over the exact excess, by model and block: ${ratios.join(", ")}.`,
  });
}

/** Are planted pairs found, and not by co-activation? */
export function plantedFinding({ planted: { logic } }: InteractionsResults): Finding {
  const recall = (task: typeof logic[number], name: string) =>
    task.metrics.find(({ metric }) => metric === name)!.recall;
  const text = logic.map((task) =>
    `${task.activation}, seed ${task.seed}: removal ${
      recall(task, "removal").toFixed(2)
    }, co-activation ${recall(task, "co_activation").toFixed(2)}`
  ).join("; ");
  return finding("planted", {
    verdict: verdictOf(logic.map((task) => {
      const removal = recall(task, "removal");
      return removal >= 0.9 && removal - recall(task, "co_activation") >= 0.3;
    })),
    text: `Share of planted pairs found: ${text}.`,
  });
}

/** At each block, the share of pairs that holds 80 %: of the dictionary, and of decoders shuffled. */
function lorenz({ ranking: { versions: { blocks } } }: InteractionsResults): Finding {
  const needed = (name: string) =>
    blocks.filter(({ version }) => version === name).map(({ curve }) => 100 * curve.needed);
  const real = needed("dictionary"), shuffled = needed("shuffled");
  const text = real.map((share, at) => `${share.toFixed(0)} against ${shuffled[at].toFixed(0)} %`);
  return finding("lorenz", {
    verdict: verdictOf(real.map((share, at) => shuffled[at] - share >= 5)),
    text: `Pairs that hold 80 % of S_mean, dictionary against shuffled decoders, by block: ${
      text.join(", ")
    }.`,
  });
}

/** Does the first order of an edge predict its ablation beyond main effects and attention? */
export function attentionFinding({ attention: { blocks } }: InteractionsResults): Finding {
  const found = blocks.map(({ layer, samples }) => {
    const { agreement } = samples.find(({ sample, truth }) =>
      sample === "stratified" && truth === "frozen"
    )!;
    const { partial, low, high } = agreement.find(({ metric }) => metric === "first_order")!;
    return { layer, partial, low, high };
  });
  const digits = (value: number | null) =>
    value === null ? "none" : formatNumber(value, { digits: 2 });
  const text = found.map(({ layer, partial, low, high }) =>
    `block ${layer} ${digits(partial)} (${digits(low)} to ${digits(high)})`
  ).join(", ");
  return finding("attention", {
    verdict: verdictOf(found.map(({ partial }) => partial !== null && partial >= 0.3)),
    text: `Partial Spearman of the first order with the four-point difference: ${text}.`,
  });
}

function injection(
  { adversarial: { injected, injection: { auc, median } } }: InteractionsResults,
): Finding {
  const digits = (value: number) => formatNumber(value, { digits: 3 });
  const groups = injected.map(({ group, KL }) => `${group} ${KL.toFixed(3)}`).join("; ");
  return finding("injection", {
    verdict: verdictOf([median.low > 0]),
    text: `Median KL from additivity: ${groups}. Top minus matched ${digits(median.difference)} ` +
      `(${digits(median.low)} to ${digits(median.high)}), AUROC ${auc.toFixed(2)}.`,
  });
}

function splicing({ adversarial: { spliced, splicing } }: InteractionsResults): Finding {
  const digits = (value: number) => formatNumber(value, { digits: 2 });
  const groups = spliced.map(({ group, loss }) => `${group} ${loss.toFixed(2)}`).join("; ");
  return finding("splicing", {
    verdict: verdictOf([splicing.low > 0]),
    text:
      `Mean loss behind the splice: ${groups}. Top minus matched ${digits(splicing.difference)} ` +
      `(${digits(splicing.low)} to ${digits(splicing.high)}).`,
  });
}
