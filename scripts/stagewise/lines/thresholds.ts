/** Relevance of what turned, over thresholds: percentiles 1 to 20, and absolute ones. @module */
import { activeRows, type TurningRow } from "../../../lib/diff/stages/table.ts";
import { isRelevant } from "../../../lib/diff/stages/turned.ts";
import { percentileCut } from "../../../lib/diff/stages/quadrants.ts";
import { baseRate, type Count, countOf } from "../../../lib/numerics/counts.ts";
import { type Line, shareLine } from "../../../lib/report/line.ts";
import { below, conditionsOf } from "../conditions.ts";
import type { StagewiseResults } from "../results.ts";

/** In percent of the active latents. */
export const PERCENTILES = Array.from({ length: 20 }, (_, i) => i + 1);
/** Cosines on both axes. */
export const ABSOLUTE = Array.from({ length: 9 }, (_, i) => (50 + 5 * i) / 100);

export type Sweep = "percentile" | "absolute";

/** A threshold: how many of those that turned twice are relevant, and how many of the others. */
export type SweepPoint = { at: number; turned: Count; others: Count };

/** One condition at every threshold; a percentile is of its own active latents. */
export function sweepOf(
  rows: readonly TurningRow[],
  sweep: Sweep,
  { seed }: { seed: number },
): SweepPoint[] {
  const active = activeRows(rows);
  return (sweep === "percentile" ? PERCENTILES : ABSOLUTE).map((at) => {
    const cut = sweep === "percentile" ? percentileCut(active, at) : { x: at, y: at };
    const group = new Set(below(rows, cut)), others = active.filter((row) => !group.has(row));
    return {
      at,
      turned: countOf([...group], isRelevant),
      others: baseRate(others, isRelevant, { seed }),
    };
  });
}

/** Every condition at every threshold: what the pictures show, in numbers. */
export function sweepLines(run: StagewiseResults): Line[] {
  return conditionsOf(run).flatMap(({ name, rows }) =>
    (["percentile", "absolute"] as const).flatMap((sweep) =>
      sweepOf(rows, sweep, run.measures).map(({ at, turned, others }) =>
        shareLine(
          `relevant, ${sweep === "percentile" ? `p = ${at}` : `both below ${at}`}: ${name}`,
          turned,
          { base: others },
        )
      )
    )
  );
}
