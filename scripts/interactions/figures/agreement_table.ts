/**
 * interactions-agreement-table: every metric and baseline against every ground truth.
 *
 *   deno task figures interactions-agreement-table
 *
 * @module
 */
import {
  type CoderAgreement,
  codersNamed,
  intervalOf,
  overCoders,
  scoreFlops,
} from "../../../lib/interactions/agreement/mod.ts";
import type { InteractionsResults } from "../../../lib/interactions/run/results.ts";
import { CODER_NAMES } from "../../../lib/interactions/run/names.ts";
import { spread } from "../../../lib/numerics/mod.ts";
import { tableFigure } from "../../../lib/plot/table_figure.ts";
import { formatNumber, type Line, numberLine } from "../../../lib/report/line.ts";
import type { Drawing, Figure } from "../../system.ts";
import { metricsOf, metricWords, truthWords } from "../agreement_words.ts";

const TITLE = "Rank agreement with ablation";

/** Draws a table a kind of dictionary, and one of intervals. */
export const agreementTable: Figure<InteractionsResults> = {
  id: "interactions-agreement-table",
  title: TITLE,
  caption:
    "Spearman: raw, partial A (co-activation, main effects as means per latent), partial B (co-activation, main " +
    "effects on the pair's own tokens, alone and beside all others). – where the controls hold the metric itself. " +
    "At the last block ablation for GT2 is the removal metric, on other text.",
  numbers: "Agreement: heads of the lists, gains and other controls",
  draw({ agreement }) {
    const kinds = CODER_NAMES.map((name) => codersNamed(agreement, name))
      .filter((coders) => coders.length > 0);
    const tables: Drawing[] = kinds.map((coders, n) => ({
      ...(n > 0 && { suffix: coders[0].coder }),
      about: `dictionary ${coders[0].coder}, ${seeds(coders)}, ${place(coders[0])}`,
      spec: tableOf(coders),
    }));
    const intervals: Drawing = {
      suffix: "intervals",
      caption:
        "Partial B of the first dictionary with 95 % intervals over documents and over pairs. Pairs share latents, so that " +
        "those over pairs are too narrow.",
      spec: intervalTable(kinds[0][0]),
    };
    return { spec: [...tables, intervals], lines: kinds.flatMap(linesOf) };
  },
};

const seeds = (coders: readonly CoderAgreement[]) =>
  coders.length === 1 ? "one seed" : `mean of ${coders.length} seeds`;

const place = ({ sample }: CoderAgreement) =>
  sample === "stream" ? "ablated in the residual stream" : "ablated at the MLP inputs";

/** Truths at each block, and more of them jointly. */
function columnsOf({ cases }: CoderAgreement): { case: string; truth: string }[] {
  const blocks = cases.slice(0, -1), joint = cases.at(-1)!;
  return [
    ...cases.map(({ name }) => ({ case: name, truth: "GT2" })),
    ...[blocks[0], blocks.at(-1)!, joint].map(({ name }) => ({ case: name, truth: "KL" })),
    { case: joint.name, truth: "dloss" },
  ];
}

function tableOf(coders: readonly CoderAgreement[]) {
  const [first] = coders, columns = columnsOf(first);
  const head = ["metric", "FLOP", ...columns.map((one) => `${one.truth}, ${one.case}`)];
  const rows = metricsOf(first).map((metric) => [
    metricWords(metric),
    flopsText(scoreFlops(metric.split(" ")[0], first)),
    ...columns.map((column) =>
      ["raw", "A", "B"].map((set) => text(overCoders(coders, { ...column, metric }, set)?.mean))
        .join(" ")
    ),
  ]);
  return tableFigure([head, ...rows], {
    title: `${TITLE}: dictionary ${first.coder}`,
    subtitle: [
      `${first.pairs} pairs, ${first.instances.toLocaleString("en-US")} pair-tokens, ${
        seeds(coders)
      }; FLOP of products a ` +
      "pair-token and block; joint: sums over blocks. A cell: raw, partial A, partial B.",
    ],
  });
}

function intervalTable(coder: CoderAgreement) {
  const columns = columnsOf(coder).filter(({ truth }) => truth !== "dloss");
  const measured = coder.cases[0].intervals.filter(({ set, over }) =>
    set === "raw" && over === "documents"
  );
  const metrics = [...new Set(measured.map(({ metric }) => metric))];
  const rows = metrics.flatMap((metric) =>
    (["documents", "pairs"] as const).map((over) => [
      `${metricWords(metric)}, over ${over}`,
      ...columns.map((column) => {
        const found = intervalOf(coder, { ...column, metric }, { set: "B", over });
        if (!found) return "–";
        return `${text(found.coefficient)} [${text(found.low)}, ${text(found.high)}]`;
      }),
    ])
  );
  const head = ["metric", ...columns.map((one) => `${one.truth}, ${one.case}`)];
  return tableFigure([head, ...rows], { title: "Partial B with 95 % intervals" });
}

function linesOf(coders: readonly CoderAgreement[]): Line[] {
  const [first] = coders, { coder } = first;
  const mean = (value: (of: CoderAgreement) => number) =>
    coders.reduce((sum, one) => sum + value(one) / coders.length, 0);
  return first.cases.flatMap(({ name, rows }) => {
    const at = (one: CoderAgreement) => one.cases.find((other) => other.name === name)!;
    const head = ["removal", "dominant_bound", "B5c", "acts_product", "B5"].map((metric) => {
      const row = (one: CoderAgreement) =>
        at(one).rows.find((row) => row.truth === "GT2" && row.metric === metric)!;
      return numberLine(
        `${coder}, ${name}: precision at ${first.head} for GT2, ${metricWords(metric)}`,
        mean((one) => row(one).orders!.precision),
        { note: `by chance ${(first.head / first.pairs).toFixed(2)}` },
      );
    });
    const other = ["B, overlap", "B, largest", "oracle"].flatMap((set) => {
      const found = overCoders(coders, { case: name, truth: "GT2", metric: "removal" }, set);
      return found ? [numberLine(`${coder}, ${name}: removal, ${set}`, found.mean)] : [];
    });
    const single = coders.flatMap((one) =>
      at(one).rows.find((row) => row.truth === "GT2" && row.metric === "removal")
        ?.withoutTwins?.B ?? []
    );
    if (single.length > 0) {
      const twins = mean(({ twins }) => twins), all = mean(({ pairs }) => pairs);
      other.push(
        numberLine(`${coder}, ${name}: removal, B, without twins`, spread(single).mean, {
          note: `${twins.toFixed(0)} of ${all.toFixed(0)} pairs are one feature twice`,
        }),
      );
    }
    const truths = [...new Set(rows.map(({ truth }) => truth))];
    const gains = truths.map((truth) =>
      numberLine(
        `${coder}, ${name}: cross-validated R² of ranks, ${truthWords(truth)}`,
        mean((one) => at(one).r2[truth].withMetrics),
        { note: `without the metrics ${mean((one) => at(one).r2[truth].controls).toFixed(2)}` },
      )
    );
    return [...head, ...other, ...gains];
  });
}

function text(value: number | undefined): string {
  return value === undefined ? "–" : formatNumber(value, { digits: 2 }).replace(/^(−?)0\./, "$1.");
}

function flopsText(flops: number | undefined): string {
  return flops === undefined ? "" : Math.round(flops).toLocaleString("en-US");
}
