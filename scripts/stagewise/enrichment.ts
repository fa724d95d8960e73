/** How much oftener relevant latents lie at the bottom left than elsewhere, whatever their number. @module */
import { activeRows, type TurningRow } from "../../lib/diff/stages/table.ts";
import { isRelevant, turnedTwice } from "../../lib/diff/stages/turned.ts";
import { type Count, countOf } from "../../lib/numerics/counts.ts";

/** `base`: relevant of the active; `recall`: of the relevant, those at the bottom left; `odds`: the odds ratio. */
export type Enrichment = { base: Count; recall: Count; odds: number };

/** By the rows' own percentile over the active ones. */
export function enrichmentOf(
  rows: readonly TurningRow[],
  { percentile }: { percentile: number },
): Enrichment {
  const base = countOf(activeRows(rows), isRelevant);
  const there = countOf(turnedTwice(rows, { percentile }).group, isRelevant);
  return {
    base,
    recall: { count: there.count, of: base.count },
    odds: oddsRatio(there, {
      count: base.count - there.count,
      of: base.of - there.of,
    }),
  };
}

/** Odds in one group over those in another; half is added to every cell where one is empty (Haldane 1940). */
export function oddsRatio(a: Count, b: Count): number {
  const cells = [a.count, a.of - a.count, b.count, b.of - b.count];
  const [yes, no, otherYes, otherNo] = cells.includes(0) ? cells.map((cell) => cell + 0.5) : cells;
  return (yes * otherNo) / (no * otherYes);
}
