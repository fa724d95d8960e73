/**
 * proofs-directions (P6): how nearly is EQKE one query direction times one size direction?
 *
 *   deno task figures proofs-directions
 *
 * Singular vectors of the first model of each population, each times the square root of its singular value.
 *
 * @module
 */
import { type BoundPanel, boundScatter } from "../../lib/plot/bound_scatter.ts";
import { plainFactors, scoreSvd } from "../../lib/proofs/directions.ts";
import { column } from "../../lib/proofs/linear_algebra.ts";
import {
  byFamily,
  familyTitle,
  readProofs,
  readProofsModel,
} from "../../lib/proofs/run/results.ts";
import { type Line, numberLine } from "../report/lines.ts";
import type { FigureResult } from "./finish.ts";
import { finishProofs } from "./proofs_common.ts";

const ID = "proofs-directions";
const TITLE = "Singular directions of the attention scores";
const COLOURS = { "first": "#0072B2", "second": "#E69F00", "third": "#9AA0A8" };

/** Draws the directions of one model of each population. */
export async function draw(folder: string): Promise<FigureResult> {
  const run = await readProofs(folder);
  const parts: BoundPanel[] = [], lines: Line[] = [];
  for (const { family, models } of byFamily(run)) {
    if (models.length === 0) continue;
    const { U, S, V } = scoreSvd(plainFactors(await readProofsModel(folder, models[0].id)));
    const curves = (side: typeof U, title: string): BoundPanel => {
      const series = Object.keys(COLOURS).map((name, n) => ({
        name,
        at: [...column(side, n)].map((value, x) => ({ x, y: value * Math.sqrt(S[n]) })),
      }));
      return {
        title: `${title}, ${familyTitle(family)}`,
        points: series.flatMap(({ name, at }) =>
          at.map((place) => ({ ...place, series: name, label: name }))
        ),
        curves: series.map(({ name, at }) => ({ series: name, label: name, at })),
      };
    };
    parts.push(curves(U, "queries: U sqrt(S)"), curves(V, "keys: V sqrt(S)"));
    const size = column(V, 0), query = column(U, 0), v = size.length;
    const rising = size.filter((x, t) => t > 0 && x > size[t - 1]).length;
    const mean = query.reduce((sum, x) => sum + x, 0) / v;
    const name = familyTitle(family);
    lines.push(
      ...[0, 1, 2].map((n) =>
        numberLine(`${name}, ${models[0].id}: sigma${n + 1} of EQKE`, S[n], { digits: 1 })
      ),
      numberLine(
        `${name}, ${models[0].id}: query direction, mean times sqrt(v)`,
        mean * Math.sqrt(v),
        {
          digits: 3,
          note: "1 where it is constant",
        },
      ),
      numberLine(`${name}, ${models[0].id}: size direction, rising steps`, rising / (v - 1), {
        digits: 3,
        note: "share of neighbouring tokens, 1 where it is increasing",
      }),
    );
  }
  const spec = boundScatter(parts, {
    title: TITLE,
    subtitle: [
      "The first query direction is nearly constant, the first key direction rises with the token: larger tokens get more",
      "attention whatever the query. The first model of each population.",
    ],
    xTitle: "token",
    yTitle: "vector times sqrt(sigma)",
    colours: COLOURS,
  });
  return await finishProofs(run, { id: ID, title: TITLE, spec, lines });
}
