/**
 * proofs-factors (P7): do the entries of the peeled factors look like structureless noise?
 *
 *   deno task figures proofs-factors
 *
 * Entries of Eq'', W_Q'', W_K'' and Ebar'' of the first model, with the normal curve of the same mean and deviation.
 *
 * @module
 */
import { histograms } from "../../lib/plot/histogram.ts";
import { svd } from "../../lib/proofs/linear_algebra.ts";
import { moments, peelScores } from "../../lib/proofs/run/residual.ts";
import { readProofs, readProofsModel } from "../../lib/proofs/run/results.ts";
import { numberLine } from "../report/lines.ts";
import type { FigureResult } from "./finish.ts";
import { finishProofs } from "./proofs_common.ts";

const ID = "proofs-factors";
const TITLE = "Entries of the peeled factors";

/** Draws the histograms of the run's first model. */
export async function draw(folder: string): Promise<FigureResult> {
  const run = await readProofs(folder);
  const { id } = run.models[0];
  const { factors } = peelScores(await readProofsModel(folder, id));
  const entries = Object.entries(factors)
    .map(([name, matrix]) => ({ name: `${name}''`, data: matrix.data, S: svd(matrix).S }));
  const spec = histograms(
    entries.map(({ name, data }) => ({
      title: name,
      xTitle: "entry",
      series: [{ name, values: data }],
      normal: true,
    })),
    {
      title: `${TITLE}, ${id}`,
      subtitle: ["Black: the normal distribution of the same mean and deviation."],
    },
  );
  const lines = entries.flatMap(({ name, data, S }) => {
    const { mean, sd } = moments(data);
    const fourth = data.reduce((sum, x) => sum + ((x - mean) / sd) ** 4, 0) / data.length;
    return [
      numberLine(`${id}: ${name}, standard deviation`, sd, { digits: 3 }),
      numberLine(`${id}: ${name}, excess kurtosis`, fourth - 3, {
        digits: 2,
        note: "0 for a normal distribution",
      }),
      numberLine(`${id}: ${name}, sigma1 / sigma2`, S[0] / S[1], {
        digits: 2,
        note: `sigma1 ${S[0].toFixed(2)}, sigma2 ${S[1].toFixed(2)}`,
      }),
    ];
  });
  return await finishProofs(run, { id: ID, title: TITLE, spec, lines });
}
