/**
 * interactions-agreement: which metric orders pairs as exact ablation does, once co-activation and
 * main effects on the same tokens are held fixed?
 *
 *   deno task figures interactions-agreement
 *
 * Pairs of one dictionary, metric against four-point ablation; and Spearman's coefficient of every
 * metric and baseline, raw and partial.
 *
 * @module
 */
import {
  type Cell,
  type CoderAgreement,
  codersNamed,
  intervalOf,
  overCoders,
} from "../../../lib/interactions/agreement/mod.ts";
import type { InteractionsResults } from "../../../lib/interactions/run/results.ts";
import { type BoundPanel, boundScatter } from "../../../lib/plot/bound_scatter.ts";
import { type IntervalDot, intervalDots } from "../../../lib/plot/interval_dots.ts";
import { colourScale } from "../../../lib/plot/series.ts";
import type { Spread } from "../../../lib/numerics/statistics.ts";
import { formatNumber, type Line, numberLine } from "../../../lib/report/line.ts";
import type { Figure } from "../../system.ts";
import { metricsOf, metricWords } from "../agreement_words.ts";

const TITLE = "Metrics against exact ablation";

/** Sets of controls, and what the legend calls them. */
const SETS = {
  raw: "raw",
  A: "A: count, main effects as means",
  B: "B: count, main effects on the same tokens",
};

const SERIES = ["interaction (removal)", "main effects on the same tokens"];

/** Draws pairs, and coefficients of all metrics. */
export const agreement: Figure<InteractionsResults> = {
  id: "interactions-agreement",
  title: TITLE,
  caption:
    "Four-point ablation of pairs at the last block and at all blocks, measured at the last residual stream of " +
    "held-out text, the layer norm before the MLP frozen: at the last block it is the removal metric itself. Metrics " +
    "are means over co-active tokens of other text; pairs are spread over the deciles of the removal metric.",
  numbers: "Agreement with ablation",
  draw({ agreement }) {
    const coders = codersNamed(agreement, "mlp"), [first] = coders;
    const block = first.cases.at(-3) ?? first.cases.at(-2)!; // at the last one ablation is a metric
    const cases = [block, first.cases.at(-1)!].map(({ name }) => name);
    return {
      spec: [
        { spec: scatter(first), about: "a point a pair, two scores each" },
        {
          suffix: "bars",
          spec: bars(first, cases),
          caption:
            "Spearman of every metric and baseline with ablation at the last block but one and at all blocks, raw and " +
            "with controls held fixed, of the first dictionary. Pairs share latents, so that intervals over pairs are " +
            "too narrow.",
        },
      ],
      lines: lines(coders),
    };
  },
};

function scatter(coder: CoderAgreement) {
  const { domain, range } = colourScale(SERIES);
  const colours = Object.fromEntries(domain.map((name, i) => [name, range[i] as string]));
  return boundScatter(coder.points.map(panelOf), {
    title: TITLE,
    subtitle: [`${coder.pairs} pairs of one dictionary, means over co-active tokens.`],
    xTitle: "score of the pair",
    yTitle: "four-point ablation, last residual stream",
    logX: true,
    logY: true,
    hover: false,
    colours,
  });
}

function panelOf(
  { case: name, removal, B5c, GT2 }: CoderAgreement["points"][number],
): BoundPanel {
  const points = [removal, B5c].flatMap((scores, s) =>
    scores.map((x, p) => ({ x, y: GT2[p], series: SERIES[s], label: "" }))
      .filter(({ x, y }) => x > 0 && y > 0)
  );
  return { title: `Ablated: ${name}`, points };
}

function bars(coder: CoderAgreement, cases: readonly string[]) {
  const panels = cases.map((name) => ({
    title: `Ablated: ${name}`,
    dots: metricsOf(coder).flatMap((metric) =>
      Object.entries(SETS).flatMap(([set, series]): IntervalDot[] => {
        const cell = { case: name, truth: "GT2", metric };
        const found = overCoders([coder], cell, set);
        if (!found) return [];
        const interval = intervalOf(coder, cell, { set, over: "pairs" });
        const ends = interval && { low: interval.low, high: interval.high };
        return [{ row: metricWords(metric), series, value: found.mean, ...ends }];
      })
    ),
  }));
  return intervalDots(panels, {
    title: "Spearman with the four-point ablation at the last residual stream",
    subtitle: [
      "The first dictionary; 95 % over pairs, where taken. What a set of controls holds has no dot.",
    ],
    xTitle: "Spearman, raw and partial",
    series: Object.values(SETS),
    width: 420,
  });
}

/** The main numbers: one block after the other and jointly. */
function lines(coders: readonly CoderAgreement[]): Line[] {
  const [first] = coders;
  return first.cases.flatMap(({ name, reliability }, c) => [
    ...["removal", "insertion", "dominant_bound", "B5c", "acts_product"].flatMap((metric) =>
      ["GT2", "KL"].flatMap((truth) =>
        ["raw", "A", "B"].flatMap((set): Line[] => {
          const cell = { case: name, truth, metric };
          const found = overCoders(coders, cell, set);
          if (!found) return [];
          const identity = metric === "removal" && truth === "GT2" && c === first.cases.length - 2;
          const note = [
            ...(identity ? ["the ablation is this metric on other text, layer norm frozen"] : []),
            noteOf(found),
            ...intervalsText(first, cell, set),
          ].join("; ");
          return [
            numberLine(`${name}, ${truth}: ${metricWords(metric)}, ${set}`, found.mean, { note }),
          ];
        })
      )
    ),
    numberLine(`${name}: GT2 with itself, halves of the tokens`, reliability.GT2.half),
  ]);
}

/** What stands beside a mean over dictionaries: one alone has no spread. */
function noteOf({ sd, n }: Spread): string {
  return n === 1 ? "one dictionary" : `± ${sd.toFixed(2)} over ${n} dictionaries`;
}

/** The first dictionary's own coefficient with its intervals, where they were taken. */
function intervalsText(first: CoderAgreement, cell: Cell, set: string): string[] {
  const ends = (["documents", "pairs"] as const).flatMap((over) => {
    const found = intervalOf(first, cell, { set, over });
    return found ? [`${formatNumber(found.low)} to ${formatNumber(found.high)} over ${over}`] : [];
  });
  if (ends.length === 0) return [];
  const { mean } = overCoders([first], cell, set)!;
  return [`the first one has ${formatNumber(mean)} (95 %: ${ends.join(", ")})`];
}
