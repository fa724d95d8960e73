/**
 * proofs-residuals (P7): what is left of the attention scores after the understood directions are peeled off?
 *
 *   deno task figures proofs-residuals
 *
 * The first model of the first population: scores after each peel, and the four factors that remain.
 *
 * @module
 */
import { heatMaps } from "../../lib/plot/heat_map.ts";
import { type Matrix, svd } from "../../lib/proofs/linear_algebra.ts";
import { largestRowRange, peelScores } from "../../lib/proofs/run/residual.ts";
import { readProofs, readProofsModel } from "../../lib/proofs/run/results.ts";
import { type Line, numberLine } from "../report/lines.ts";
import type { FigureResult } from "./finish.ts";
import { finishProofs } from "./proofs_common.ts";

const ID = "proofs-residuals";
const TITLE = "Attention scores after peeling";

/** Draws the residuals of the run's first model. */
export async function draw(folder: string): Promise<FigureResult> {
  const run = await readProofs(folder);
  const { id } = run.models[0];
  const { EQKE, afterFirst, afterSecond, EQKE_err, factors } = peelScores(
    await readProofsModel(folder, id),
  );
  const scores = { rowTitle: "query token", colTitle: "key token" };
  const map = (title: string, matrix: Matrix, titles: Record<string, string> = {}) => ({
    title,
    ...matrix,
    limit: matrix.data.reduce((top, x) => Math.max(top, Math.abs(x)), 0),
    ...titles,
  });
  const spec = heatMaps([
    map("after query and size", afterFirst, scores),
    map("after the second ones", afterSecond, scores),
    map("EQKE_err: W_Q, W_K peeled too", EQKE_err, scores),
    map("Eq''", factors.Eq, { rowTitle: "query token", colTitle: "d_model" }),
    map("Ebar''", factors.Ebar, { rowTitle: "key token", colTitle: "d_model" }),
    map("W_Q''", factors.W_Q, { rowTitle: "d_model", colTitle: "d_head" }),
    map("W_K''", factors.W_K, { rowTitle: "d_model", colTitle: "d_head" }),
  ], {
    title: `${TITLE}, ${id}`,
    subtitle: [
      "Each map has its own colour limits: compare them with the legend, and the factors with noise.",
    ],
  });
  const line = (name: string, matrix: Matrix): Line[] => [
    numberLine(`${id}: ${name}, largest row range`, largestRowRange(matrix), { digits: 3 }),
    numberLine(`${id}: ${name}, sigma1`, svd(matrix).S[0], { digits: 3 }),
  ];
  const lines = [
    ...line("EQKE", EQKE),
    ...line("after query and size", afterFirst),
    ...line("after the second directions", afterSecond),
    ...line("EQKE_err", EQKE_err),
  ];
  return await finishProofs(run, { id: ID, title: TITLE, spec, lines });
}
