/**
 * proofs-factors (P7): do the entries of the peeled factors look like structureless noise?
 *
 *   deno task figures proofs-factors
 *
 * Entries of Eq'', W_Q'', W_K'' and Ebar'' of the first model of each population, with the normal
 * curve of the same mean and deviation.
 *
 * @module
 */
import { type Histogram, histograms } from "../../../lib/plot/histogram.ts";
import { svd } from "../../../lib/numerics/linear_algebra.ts";
import { moments } from "../../../lib/numerics/statistics.ts";
import { deflateScores } from "../../../lib/proofs/analysis/residual.ts";
import { type Line, numberLine } from "../../../lib/report/line.ts";
import type { Figure } from "../../system.ts";
import type { ProofsResults, Representative } from "../results.ts";

const TITLE = "Entries of the peeled factors";

/** Draws the histograms of one model of each population. */
export const factors: Figure<ProofsResults> = {
  id: "proofs-factors",
  title: TITLE,
  caption: "Entries of the peeled factors beside normal distributions.",
  numbers: "Entries of the peeled factors",
  draw(run) {
    const models = run.representatives;
    const spec = histograms(models.flatMap(panelsOf), {
      title: TITLE,
      subtitle: [
        "One row a population, its first model. Black: the normal distribution of the same mean and deviation.",
      ],
      columns: 4,
      width: 260,
      height: 200,
    });
    return { spec, lines: models.flatMap(linesOf) };
  },
};

function factorsOf({ model }: Representative) {
  return Object.entries(deflateScores(model).factors)
    .map(([name, matrix]) => ({ name: `${name}''`, matrix }));
}

function panelsOf(one: Representative): Histogram[] {
  return factorsOf(one).map(({ name, matrix }) => ({
    title: `${name}, ${one.name}`,
    xTitle: "entry",
    series: [{ name: "entries", values: matrix.data }],
    normal: true,
    bins: 30,
  }));
}

function linesOf(one: Representative): Line[] {
  return factorsOf(one).flatMap(({ name, matrix }) => {
    const { data } = matrix, { S } = svd(matrix), { sd, excessKurtosis } = moments(data);
    return [
      numberLine(`${one.id}: ${name}, standard deviation`, sd, { digits: 3 }),
      numberLine(`${one.id}: ${name}, excess kurtosis`, excessKurtosis, {
        digits: 2,
        note: "0 for a normal distribution",
      }),
      numberLine(`${one.id}: ${name}, sigma1 / sigma2`, S[0] / S[1], {
        digits: 2,
        note: `sigma1 ${S[0].toFixed(2)}, sigma2 ${S[1].toFixed(2)}`,
      }),
    ];
  });
}
