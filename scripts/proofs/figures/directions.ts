/**
 * proofs-directions (P6): how nearly is EQKE one query direction times one size direction?
 *
 *   deno task figures proofs-directions
 *
 * Singular values and vectors of the first model of each population, the vectors times the square
 * roots of the values.
 *
 * @module
 */
import { type BoundPanel, boundScatter } from "../../../lib/plot/bound_scatter.ts";
import { plainFactors, scoreSvd } from "../../../lib/proofs/tables/directions.ts";
import { column, type Matrix } from "../../../lib/numerics/linear_algebra.ts";
import { PAPER } from "../paper.ts";
import { type Line, numberLine } from "../../../lib/report/line.ts";
import type { Figure } from "../../system.ts";
import type { ProofsResults, Representative } from "../results.ts";

const TITLE = "Singular directions of the attention scores";
const COLOURS = {
  "first": "#0072B2",
  "second": "#E69F00",
  "third": "#CC79A7",
  "others": "#9AA0A8",
};
const NAMES = Object.keys(COLOURS);

/** Draws the directions of one model of each population. */
export const directions: Figure<ProofsResults> = {
  id: "proofs-directions",
  title: TITLE,
  caption: "Singular directions of the attention scores.",
  numbers: "Singular directions",
  draw(run) {
    const models = run.representatives;
    const spec = boundScatter(models.flatMap(panelsOf), {
      title: TITLE,
      subtitle: [
        "The first query direction is nearly constant, the first key direction rises with the token: larger tokens get more",
        "attention whatever the query. Right: singular values. The first model of each population.",
      ],
      xTitle: "token",
      yTitle: "vector times sqrt(sigma)",
      colours: COLOURS,
      columns: 3,
      width: 340,
      height: 280,
    });
    return { spec, lines: models.flatMap(linesOf) };
  },
};

function panelsOf({ family, model }: Representative): BoundPanel[] {
  const { U, S, V } = scoreSvd(plainFactors(model));
  const values = [...S].filter((sigma) => sigma > 1e-9 * S[0]); // the rank is d_head at most
  return [
    sidePanel(`queries: U sqrt(S), ${family}`, U, S),
    sidePanel(`keys: V sqrt(S), ${family}`, V, S),
    {
      title: `singular values, ${family}`,
      xTitle: "index",
      yTitle: "log10 sigma",
      points: values.map((sigma, n) => ({
        x: n + 1,
        y: Math.log10(sigma),
        series: NAMES[Math.min(n, 3)],
        label: `sigma${n + 1}`,
      })),
    },
  ];
}

function sidePanel(title: string, side: Matrix, S: ArrayLike<number>): BoundPanel {
  const series = NAMES.slice(0, 3).map((name, n) => ({
    name,
    at: [...column(side, n)].map((value, x) => ({ x, y: value * Math.sqrt(S[n]) })),
  }));
  return {
    title,
    points: series.flatMap(({ name, at }) =>
      at.map((place) => ({ ...place, series: name, label: name }))
    ),
    curves: series.map(({ name, at }) => ({ series: name, label: name, at })),
  };
}

function linesOf({ name, K, v, model }: Representative): Line[] {
  const { U, S, V } = scoreSvd(plainFactors(model));
  const size = column(V, 0), query = column(U, 0);
  const rising = size.filter((x, t) => t > 0 && x > size[t - 1]).length;
  const mean = query.reduce((sum, x) => sum + x, 0) / v;
  const published = v === 64 ? PAPER.singular[K] : undefined;
  return [
    ...[0, 1, 2].map((n) =>
      numberLine(`${name}: sigma${n + 1} of EQKE`, S[n], { digits: 1, paper: published?.[n] })
    ),
    numberLine(`${name}: query direction, mean times sqrt(v)`, mean * Math.sqrt(v), {
      digits: 3,
      paper: v === 64 ? PAPER.queryDirection : undefined,
      note: "1 where it is constant",
    }),
    numberLine(`${name}: size direction, rising steps`, rising / (v - 1), {
      digits: 3,
      note: "share of neighbouring tokens, 1 where it is increasing",
    }),
  ];
}
