/**
 * Whether a first transition tells apart what the second ones do: the swapped axes in numbers.
 * @module
 */
import { percentileCut } from "../../../lib/diff/stages/quadrants.ts";
import { activeRows, type LatentRow } from "../../../lib/diff/stages/table.ts";
import { activeQuadrants } from "../../../lib/diff/stages/turned.ts";
import { type Count, countOf } from "../../../lib/numerics/counts.ts";
import { type GroupAuc, groupAuc } from "../../../lib/numerics/ranks.ts";
import { type Line, shareLine, shareText } from "../../../lib/report/line.ts";
import type { StagewiseResults } from "../results.ts";
import { aucLine, aucText } from "./auc.ts";

/** Which axes a swapped figure has, and which section would be mixed with the one below both. */
export const SWAPS = {
  data: {
    suffix: "data-first",
    title: "S to D in place of M to MF",
    about: "S to D in place of M to MF (S, D, DF)",
    x: "x",
    y: "sd",
    xTitle: "D -> DF cosine",
    yTitle: "S -> D cosine",
  },
  model: {
    suffix: "model-first",
    title: "S to M in place of D to DF",
    about: "S to M in place of D to DF (S, M, MF)",
    x: "sm",
    y: "y",
    xTitle: "S -> M cosine",
    yTitle: "M -> MF cosine",
  },
} as const;
export type SwapName = keyof typeof SWAPS;

/** Of `data` the new axis is sd, and orange would be mixed with those that turned only on x. */
const MIXED = {
  data: { axis: "sd", words: "cos(S, D)", quadrant: "max_change_D", colour: "red" },
  model: { axis: "sm", words: "cos(S, M)", quadrant: "max_change_M", colour: "green" },
} as const;

/**
 * `apart`: how well the swapped-in cosine ranks latents below both cuts under those below one alone,
 * absent where there are none. `corner`: of those below both of the swapped panel's own cuts, how many
 * are below both of the scatter's. `kept`: of the scatter's, how many are in the panel's.
 */
export type Swap = {
  apart?: GroupAuc;
  corner: Count;
  kept: Count;
};

/** One swapped panel in numbers. */
export function swapOf(
  { rows, measures: { seed } }: StagewiseResults,
  name: SwapName,
  percentile: number,
): Swap {
  const { x, y } = SWAPS[name], { axis, quadrant } = MIXED[name];
  const { quadrants } = activeQuadrants(rows, { percentile });
  const both = quadrants.max_change_DM.group, one = quadrants[quadrant].group;
  const active = activeRows(rows), at = (row: LatentRow) => ({ x: row[x], y: row[y] });
  const cut = percentileCut(active.map(at), percentile);
  const inCorner = (row: LatentRow) => at(row).x < cut.x && at(row).y < cut.y;
  const values = (rows: readonly LatentRow[]) => rows.map((row) => row[axis]);
  const apart = groupAuc(values(both), values(one), { seed });
  return {
    ...(apart && { apart }),
    corner: countOf(active.filter(inCorner), (row) => both.includes(row)),
    kept: countOf(both, inCorner),
  };
}

/** Both panels. Nothing but the pictures is published. */
export function swappedLines(run: StagewiseResults, percentile: number): Line[] {
  return (Object.keys(SWAPS) as SwapName[]).flatMap((name) => {
    const { apart, corner, kept } = swapOf(run, name, percentile);
    const { words, colour } = MIXED[name], at = `p = ${percentile}`;
    return [
      ...aucLine(`AUC of ${words}, ${at}: orange below ${colour}`, apart, {
        groups: ["orange", colour],
        note: "0.5: mixed, as in the paper's picture",
      }),
      shareLine(`orange among the bottom left with ${words}, ${at}`, corner),
      shareLine(`orange that stays in the bottom left with ${words}, ${at}`, kept),
    ];
  });
}

/** What a reader should see in one panel. */
export function swapSentences(run: StagewiseResults, name: SwapName, percentile: number): string[] {
  const { apart, corner, kept } = swapOf(run, name, percentile), { words, colour } = MIXED[name];
  return [
    `Of the bottom left by these axes ${shareText(corner)} are orange; of all orange ones ${
      shareText(kept)
    } are there.`,
    apart
      ? `${words} puts orange below ${colour} with an AUC of ${aucText(apart)}; 0.5 would be mixed.`
      : `There are no two groups to compare by ${words}.`,
  ];
}
