/**
 * The diff as a table, one row a latent: how far it turned, whether it lives, what it fires on.
 *
 * @module
 */
import { decodeCompact } from "../data/vocabulary.ts";
import { percentileCut, type Point, type Quadrant, quadrantOf } from "./quadrants.ts";
import { type Target, targetOf } from "./relevance.ts";
import { rotations } from "./rotation.ts";
import type { StagewiseResults } from "./results.ts";
import { type Stage, STAGES } from "./stages.ts";

/**
 * x, y, sd, sm: cosines D-DF, M-MF, S-D, S-M. active: fires in DF or MF on the examples.
 * relevantDF, relevantMF: the substring rule on that stage's own top tokens; relevant: either.
 * kind: what the latent counts as, once; where DF and MF differ in the target, DF's. quadrant5,
 * quadrant10: by the percentile over active latents. tokens: the top tokens of each stage.
 */
export type LatentRow = Point & {
  latent: number;
  sd: number;
  sm: number;
  active: boolean;
  relevantDF: boolean;
  relevantMF: boolean;
  relevant: boolean;
  kind: Target | "Other Active" | "Dead";
  quadrant5: Quadrant;
  quadrant10: Quadrant;
  tokens: Record<Stage, string[]>;
};

/** The rows of all latents, in their order. Throws where no latent is active. */
export function latentTable(run: StagewiseResults): LatentRow[] {
  const { x, y, sd, sm } = rotations(run.W_dec);
  const points = Array.from({ length: run.d_sae }, (_, latent) => ({
    latent,
    x: x[latent],
    y: y[latent],
    sd: sd[latent],
    sm: sm[latent],
    active: run.contexts.DF.fired[latent] > 0 || run.contexts.MF.fired[latent] > 0,
  }));
  const active = activeRows(points);
  if (active.length === 0) {
    throw new Error(
      `Cannot compare stages: expected latents that fire in DF or MF but found none of ` +
        `${run.d_sae}: look at lambda_S and the learning rate`,
    );
  }
  const cut5 = percentileCut(active, 5);
  const cut10 = percentileCut(active, 10);
  return points.map((point) => {
    const tokens = topTokens(run, point.latent);
    const [inDF, inMF] = [targetOf(tokens.DF), targetOf(tokens.MF)];
    return {
      ...point,
      relevantDF: inDF !== undefined,
      relevantMF: inMF !== undefined,
      relevant: (inDF ?? inMF) !== undefined,
      kind: inDF ?? inMF ?? (point.active ? "Other Active" : "Dead"),
      quadrant5: quadrantOf(point, cut5),
      quadrant10: quadrantOf(point, cut10),
      tokens,
    };
  });
}

/** The rows of latents that fire in DF or MF. */
export function activeRows<T extends { active: boolean }>(rows: readonly T[]): T[] {
  return rows.filter(({ active }) => active);
}

/** For each stage the top tokens of a latent, decoded one by one, highest activation first. */
function topTokens(run: StagewiseResults, latent: number): Record<Stage, string[]> {
  return Object.fromEntries(STAGES.map((stage) => [
    stage,
    run.contexts[stage].top[latent].map(({ example, position }) =>
      decodeCompact(run.vocabulary, [run.examples[example][position]], { inside: true })
    ),
  ])) as Record<Stage, string[]>;
}
