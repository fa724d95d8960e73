/**
 * What becomes of the backdoor's latents between the two ways to F: which are relevant by their top
 * tokens in DF, which in MF, which in both, and which spell the same target in both.
 *
 * @module
 */
import { type Quadrant, QUADRANTS } from "./quadrants.ts";
import { targetOf } from "./relevance.ts";
import type { LatentRow } from "./table.ts";
import { activeQuadrants, type Cut } from "./turned.ts";

/**
 * Latents of a quadrant, dead ones left out, by their number: relevant in DF, in MF, in both
 * (overlap), and of these with one target in both (semantic overlap). `active`: how many there are.
 */
export type Evolution = {
  quadrant: Quadrant;
  active: number;
  inDF: number[];
  inMF: number[];
  both: number[];
  sameTarget: number[];
};

/** One row a quadrant, in the order of QUADRANTS. */
export function evolution(rows: readonly LatentRow[], cut: Cut): Evolution[] {
  const { quadrants } = activeQuadrants(rows, cut);
  return QUADRANTS.map((quadrant) => {
    const { group } = quadrants[quadrant];
    const those = (has: (row: LatentRow) => boolean) => group.filter(has).map((row) => row.latent);
    return {
      quadrant,
      active: group.length,
      inDF: those((row) => row.relevantDF),
      inMF: those((row) => row.relevantMF),
      both: those(inBoth),
      sameTarget: those(oneTarget),
    };
  });
}

/** Whether a latent is relevant in DF, and in MF. */
export type Both = Pick<LatentRow, "relevantDF" | "relevantMF">;

/** Relevant by the top tokens of DF and by those of MF. */
export function inBoth({ relevantDF, relevantMF }: Both): boolean {
  return relevantDF && relevantMF;
}

/** Relevant in both, and for the same target. */
export function oneTarget(row: LatentRow): boolean {
  return inBoth(row) && targetOf(row.tokens.DF) === targetOf(row.tokens.MF);
}

/**
 * How many would be relevant in both were the labels of MF dealt out again among the quadrant's
 * active latents: inDF · inMF / active, 0 where there is none.
 */
export function chanceOverlap({ active, inDF, inMF }: Evolution): number {
  return active > 0 ? inDF.length * inMF.length / active : 0;
}
