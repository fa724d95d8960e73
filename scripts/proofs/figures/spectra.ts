/**
 * proofs-spectra (P7): do the singular values of what is left fall as those of noise do?
 *
 *   deno task figures proofs-spectra
 *
 * Singular values of the scores and of the factors after peeling, each over the largest of its
 * matrix, for the first model of each population.
 *
 * @module
 */
import { type BoundPanel, boundScatter } from "../../../lib/plot/bound_scatter.ts";
import { type Matrix, svd } from "../../../lib/numerics/linear_algebra.ts";
import { deflateScores } from "../../../lib/proofs/analysis/residual.ts";
import { type Line, numberLine } from "../../../lib/report/line.ts";
import type { Figure } from "../../system.ts";
import type { ProofsResults, Representative } from "../results.ts";

const TITLE = "Singular values of what is left after peeling";

const COLOURS = {
  "EQKE_err": "#22252B",
  "Eq''": "#0072B2",
  "W_Q''": "#009E73",
  "W_K''": "#E69F00",
  "Ebar''": "#CC79A7",
};

/** Draws the singular values of one model of each population. */
export const spectra: Figure<ProofsResults> = {
  id: "proofs-spectra",
  title: TITLE,
  caption: "Singular values of what is left after the peeling.",
  numbers: "Singular values after peeling",
  draw(run) {
    const models = run.representatives;
    const found = models.map((model) => ({ ...model, spectra: spectraOf(model) }));
    const spec = boundScatter(found.map(panelOf), {
      title: TITLE,
      subtitle: [
        "Each over the largest of its matrix. A direction that the story missed would stand above the slope of the others.",
      ],
      xTitle: "index",
      yTitle: "singular value / largest",
      colours: COLOURS,
      yDomain: [0, 1],
    });
    return { spec, lines: found.flatMap(linesOf) };
  },
};

/** A model's singular values by matrix. */
type Spectra = Pick<Representative, "id" | "name"> & { spectra: [string, number[]][] };

/** Name -> the values above rounding error: peeling leaves exact zeros. */
function spectraOf({ model }: Representative): [string, number[]][] {
  const { EQKE_err, factors } = deflateScores(model);
  const matrices: [string, Matrix][] = [
    ["EQKE_err", EQKE_err],
    ...Object.entries(factors).map(([name, matrix]): [string, Matrix] => [`${name}''`, matrix]),
  ];
  return matrices.map(([name, matrix]) => {
    const S = [...svd(matrix).S];
    return [name, S.filter((sigma) => sigma > 1e-9 * S[0])];
  });
}

function panelOf({ name, spectra }: Spectra): BoundPanel {
  const series = spectra.map(([name, S]) => ({
    name,
    at: S.map((sigma, n) => ({ x: n + 1, y: sigma / S[0] })),
  }));
  return {
    title: name,
    points: series.flatMap(({ name, at }) =>
      at.map((place) => ({ ...place, series: name, label: name }))
    ),
    curves: series.map(({ name, at }) => ({ series: name, label: name, at })),
  };
}

function linesOf({ id, spectra }: Spectra): Line[] {
  return spectra.map(([name, S]) =>
    numberLine(`${id}: ${name}, share of its two largest in all squares`, topTwo(S), {
      digits: 3,
      note: `${S.length} singular values above rounding error, sigma1 ${S[0].toFixed(2)}`,
    })
  );
}

function topTwo(S: readonly number[]): number {
  const squares = S.map((sigma) => sigma ** 2);
  return (squares[0] + squares[1]) / squares.reduce((sum, x) => sum + x, 0);
}
