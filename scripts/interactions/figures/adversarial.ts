/**
 * interactions-adversarial (I9): which token scores tell strange tokens, and how far from additive is
 * the model when pairs that never fire together are injected?
 *
 *   deno task figures interactions-adversarial
 *
 * @module
 */
import type { InteractionsResults } from "../../../lib/interactions/run/results.ts";
import { intervalDots } from "../../../lib/plot/interval_dots.ts";
import { lineChart } from "../../../lib/plot/line_chart.ts";
import type { Figure } from "../../system.ts";
import { constructionLines, detectionLines, tokenScoreWords } from "../lines/adversarial.ts";

const TITLE = "Which token scores tell strange tokens";
const INJECTED = "KL of injected pairs from what their single effects predict";

/** Draws AUROC of every score by task, and the distribution of KL by group of pairs. */
export const adversarial: Figure<InteractionsResults> = {
  id: "interactions-adversarial",
  title: TITLE,
  caption:
    "Area under the ROC curve of token scores, with intervals, for tokens swapped at random and for stories with the backdoor " +
    "(below one half: lower there).",
  draw({ adversarial }) {
    const { detection, injected } = adversarial, tasks = Object.keys(detection);
    const panel = {
      title: "",
      dots: tasks.flatMap((task) =>
        Object.entries(detection[task]).map(([name, { auc, low, high }]) => ({
          row: tokenScoreWords(name),
          series: task,
          value: auc,
          low,
          high,
        }))
      ),
    };
    const detected = intervalDots([panel], {
      title: TITLE,
      subtitle: ["AUROC with 95 % intervals; 0.5 is chance, below it a score is lower there."],
      xTitle: "area under the ROC curve",
      series: tasks,
      domain: [0, 1],
      width: 520,
    });
    const points = injected.flatMap(({ group, values }) =>
      values.toSorted((a, b) => a - b).map((x, n) => ({
        x,
        y: (n + 1) / values.length,
        series: group,
      }))
    );
    const distribution = lineChart(points, {
      title: INJECTED,
      xTitle: "KL, nats",
      yTitle: "share of pairs below",
      legend: "right",
      width: 620,
      height: 380,
    });
    return {
      spec: [{ spec: detected }, {
        suffix: "injected",
        caption:
          "Share of injected pairs whose KL from additivity lies below a value, by group of pairs.",
        spec: distribution,
      }],
      lines: [...detectionLines(adversarial), ...constructionLines(adversarial)],
    };
  },
};
