/**
 * proofs-residuals (P7): what is left of the attention scores after the understood directions are
 * peeled off?
 *
 *   deno task figures proofs-residuals
 *
 * A picture for the first model of each population: scores after each peel, and the four factors
 * that remain.
 *
 * @module
 */
import { largestSize } from "../../../lib/numerics/numbers.ts";
import { heatMaps } from "../../../lib/plot/heat_map.ts";
import { type Matrix, svd } from "../../../lib/numerics/linear_algebra.ts";
import { deflateScores, largestRowRange } from "../../../lib/proofs/analysis/residual.ts";
import { type Line, numberLine } from "../../../lib/report/line.ts";
import type { Figure } from "../../system.ts";
import type { ProofsResults, Representative } from "../results.ts";
import { familyDrawings } from "./common.ts";

const TITLE = "Attention scores after peeling";

/** Draws the residuals of one model of each population. */
export const residuals: Figure<ProofsResults> = {
  id: "proofs-residuals",
  title: TITLE,
  caption: "Attention scores after the understood directions are peeled off.",
  numbers: "Attention scores after peeling",
  draw(run) {
    const models = run.representatives;
    const spec = familyDrawings(models, drawingOf);
    return { spec, lines: models.flatMap(linesOf) };
  },
};

function drawingOf({ name, model }: Representative) {
  const { afterFirst, afterSecond, EQKE_err, factors } = deflateScores(model);
  const map = (title: string, matrix: Matrix, rowTitle: string, colTitle: string) => ({
    title,
    ...matrix,
    limit: largestSize(matrix.data),
    rowTitle,
    colTitle,
  });
  const scores = ["query token", "key token"] as const;
  return heatMaps([
    map("after query and size", afterFirst, ...scores),
    map("after the second ones", afterSecond, ...scores),
    map("EQKE_err: W_Q, W_K peeled too", EQKE_err, ...scores),
    map("Eq''", factors.Eq, "query token", "d_model"),
    map("Ebar''", factors.Ebar, "key token", "d_model"),
    map("W_Q''", factors.W_Q, "d_model", "d_head"),
    map("W_K''", factors.W_K, "d_model", "d_head"),
  ], {
    title: `${TITLE}: ${name}`,
    subtitle: [
      "Each map has its own colour limits: compare them with the legend, and the factors with noise.",
    ],
  });
}

function linesOf({ id, model }: Representative): Line[] {
  const { EQKE, afterFirst, afterSecond, EQKE_err } = deflateScores(model);
  const line = (name: string, matrix: Matrix): Line[] => [
    numberLine(`${id}: ${name}, largest row range`, largestRowRange(matrix), { digits: 3 }),
    numberLine(`${id}: ${name}, sigma1`, svd(matrix).S[0], { digits: 3 }),
  ];
  return [
    ...line("EQKE", EQKE),
    ...line("after query and size", afterFirst),
    ...line("after the second directions", afterSecond),
    ...line("EQKE_err", EQKE_err),
  ];
}
