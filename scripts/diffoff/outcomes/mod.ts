/** What became of each prediction, by the rules of ../predictions.ts. @module */
import type { DiffOffResults } from "../../../lib/diff/diffoff/mod.ts";
import { type Finding, predicted, type Ruling } from "../../../lib/report/finding.ts";
import { type PredictionName, PREDICTIONS } from "../predictions.ts";
import { apart, trigger } from "./causal.ts";
import { gain, tie } from "./compared.ts";
import { drift, threefold } from "./nothing.ts";
import { rarely, rates, weights } from "./stopped.ts";
import { turning } from "./turning.ts";

/** A finding a prediction, in their order. */
export function predictionFindings(results: DiffOffResults): Finding[] {
  return (Object.keys(PREDICTIONS) as PredictionName[])
    .map((name) => predicted(PREDICTIONS[name], OUTCOMES[name](results)));
}

/** By the name of the prediction. */
export const OUTCOMES: Readonly<Record<PredictionName, (results: DiffOffResults) => Ruling>> = {
  fineTunes: (results) => tie(results, "direct"),
  axes: (results) => tie(results, "one-way-x"),
  gain,
  rarely,
  weights,
  rates,
  drift,
  threefold,
  apart,
  turning,
  trigger,
};
