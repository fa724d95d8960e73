/** Seed stability of a run's latents, beside their rotation. @module */
import { inEither } from "../../lib/diff/causal/summary.ts";
import {
  LEAST_RELATED,
  type StabilityRelation,
  stabilityRelation,
} from "../../lib/diff/stability/relation.ts";
import { stabilityOf } from "../../lib/diff/stability/match.ts";
import type { LatentRow } from "../../lib/diff/stages/table.ts";
import type { StagewiseResults } from "./results.ts";

/**
 * A latent's row, with how well it comes again in the further S, on which share of ft1's held-out clean
 * tokens it fires in S, where no backdoor is, and whether it is causal, where the run could ask.
 */
export type StableRow = LatentRow & { stability: number; rate: number; causal?: boolean };

/**
 * The active latents of a run; none where S was trained once, and of fewer than four. `folded`: decoders compared in
 * activation units; by default every site is in the unit of training.
 */
export function stableRows(
  { rows, W_dec, dictionaries, scale, measures, causal }: StagewiseResults,
  { folded = false } = {},
): StableRow[] {
  const active = rows.filter(({ active }) => active);
  if (dictionaries.length === 0 || active.length < LEAST_RELATED) return [];
  const others = dictionaries.map((other) => other.W_dec.S);
  const stability = stabilityOf(W_dec.S, others, folded ? {} : { scale });
  const { density } = measures.stages.S,
    carries = causal && inEither(causal, (truth) => truth.causal);
  return active.map((row) => ({
    ...row,
    stability: stability[row.latent],
    rate: density[row.latent],
    ...(carries && { causal: carries[row.latent] }),
  }));
}

/** Below which percentile of both cosines a latent counts as turned. */
export const STABILITY_CUTS = [5, 10] as const;

/** The relation at a cut. */
export function relationAt(
  rows: readonly StableRow[],
  cut: typeof STABILITY_CUTS[number],
  { seed }: { seed: number },
): StabilityRelation {
  const asked = rows.map((row) => ({
    ...row,
    turned: row[`quadrant${cut}`] === "max_change_DM",
    labelled: row.relevant,
  }));
  return stabilityRelation(asked, { seed });
}
