/**
 * Rows on which a rule can be tried: 310 active latents, the first ones low on both ways, the next on x
 * or y alone, so that the 10th percentile of each way is above all of these and below all others.
 */
import type { StagewiseResults } from "../../../scripts/stagewise/results.ts";

type Row = StagewiseResults["rows"][number];

export const LATENTS = 310;

export type Shape = {
  /** How many lie low on both ways, on x alone, on y alone. */
  low?: [both: number, x: number, y: number];
  /** So many of those that lie low on both are relevant. */
  relevant?: number;
  /** cos(S, D) and cos(S, M) of a latent. */
  first?: (latent: number) => number;
  /** What is added to every cosine, and to every second one more. */
  up?: number;
  jitter?: number;
};

/** One row a latent; what no rule asks is as in the run's first row. */
export function rowsLike(
  run: Pick<StagewiseResults, "rows">,
  { low: [both, x, y] = [15, 15, 15], relevant = 0, first, up = 0, jitter = 0 }: Shape,
): Row[] {
  return Array.from({ length: LATENTS }, (_, latent): Row => {
    const high = 0.8 + latent / 10_000 + (latent % 2 === 0 ? jitter : 0);
    const lowX = latent < both + x,
      lowY = latent < both || (latent >= both + x && latent < both + x + y);
    return {
      ...run.rows[0],
      latent,
      active: true,
      quadrant10: quadrant(lowX, lowY),
      relevant: latent < relevant,
      relevantDF: latent < relevant,
      relevantMF: latent < relevant,
      x: (lowX ? 0.3 : high) + up,
      y: (lowY ? 0.3 : high) + up,
      sd: first?.(latent) ?? 0.9,
      sm: first?.(latent) ?? 0.9,
    };
  });
}

function quadrant(lowX: boolean, lowY: boolean): Row["quadrant10"] {
  if (lowX && lowY) return "max_change_DM";
  return lowX ? "max_change_D" : lowY ? "max_change_M" : "min_change_DM";
}
