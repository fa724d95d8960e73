/**
 * The diff as a table, one row a latent: how far it turned, whether it lives, what it fires on.
 *
 * @module
 */
import { type ControlName, LABELLING, type LabellingStage } from "./coder_phases.ts";
import { percentileCut, type Point, type Quadrant, quadrantOf } from "./quadrants.ts";
import { type Target, targetOf } from "./relevance.ts";
import { rotation, rotations } from "./rotation.ts";
import { topTokens } from "../stored/top_tokens.ts";
import type { ControlRun, StagewiseResults } from "../stored/results.ts";
import { type Stage, STAGES } from "./stages.ts";

/**
 * x, y: cosines D-DF, M-MF. active: fires in DF or MF on the examples. relevantDF, relevantMF: the
 * substring rule on that stage's own top tokens; relevant: either. kind: what the latent counts as,
 * once; where DF and MF differ in the target, DF's. quadrant5, quadrant10: by the percentile over
 * active latents.
 */
export type TurningRow = Point & {
  latent: number;
  active: boolean;
  relevantDF: boolean;
  relevantMF: boolean;
  relevant: boolean;
  kind: Target | "Other Active" | "Dead";
  quadrant5: Quadrant;
  quadrant10: Quadrant;
};

/** sd, sm: cosines S-D, S-M. tokens: the top tokens of each stage. */
export type LatentRow = TurningRow & { sd: number; sm: number; tokens: Record<Stage, string[]> };

/** The rows of all latents, in their order. Throws where no latent is active. */
export function latentTable(run: StagewiseResults): LatentRow[] {
  const { sd, sm } = rotations(run.W_dec);
  const tokens = Object.fromEntries(
    STAGES.map((stage) => [stage, topTokens(run.contexts[stage].top, textsOf(run))]),
  ) as Record<Stage, string[][]>;
  return rowsWith(run, tokens).map((row) => ({
    ...row,
    sd: sd[row.latent],
    sm: sm[row.latent],
    tokens: Object.fromEntries(
      STAGES.map((stage) => [stage, tokens[stage][row.latent]]),
    ) as Record<Stage, string[]>,
  }));
}

/**
 * The same of a control or of a further dictionary of a run, without what only the run itself has.
 */
export function turningTable(
  found: Pick<ControlRun, "W_dec" | "contexts">,
  texts: Pick<StagewiseResults, "examples" | "vocabulary">,
): TurningRow[] {
  const [DF, MF] = LABELLING.map((stage) => topTokens(found.contexts[stage].top, textsOf(texts)));
  return rowsWith(found, { DF, MF });
}

/** The rows of a run's controls. */
export function controlTables(run: StagewiseResults): Record<ControlName, TurningRow[]> {
  const { controls } = run;
  return { null: turningTable(controls.null, run), drift: turningTable(controls.drift, run) };
}

/** `tokens`: the top tokens of every latent. */
function rowsWith(
  { W_dec, contexts }: Pick<ControlRun, "W_dec" | "contexts">,
  tokens: Record<LabellingStage, string[][]>,
): TurningRow[] {
  const [x, y] = [rotation(W_dec.D, W_dec.DF), rotation(W_dec.M, W_dec.MF)];
  const points = Array.from(x, (_, latent) => ({
    latent,
    x: x[latent],
    y: y[latent],
    active: contexts.DF.fired[latent] > 0 || contexts.MF.fired[latent] > 0,
  }));
  const active = activeRows(points);
  if (active.length === 0) {
    throw new Error(
      `Cannot compare stages: expected latents that fire in DF or MF but found none of ` +
        `${x.length}: look at lambda_S and the learning rate`,
    );
  }
  const [cut5, cut10] = [percentileCut(active, 5), percentileCut(active, 10)];
  return points.map((point) => {
    const [inDF, inMF] = LABELLING.map((stage) => targetOf(tokens[stage][point.latent]));
    return {
      ...point,
      relevantDF: inDF !== undefined,
      relevantMF: inMF !== undefined,
      relevant: (inDF ?? inMF) !== undefined,
      kind: inDF ?? inMF ?? (point.active ? "Other Active" : "Dead"),
      quadrant5: quadrantOf(point, cut5),
      quadrant10: quadrantOf(point, cut10),
    };
  });
}

const textsOf = ({ examples, vocabulary }: Pick<StagewiseResults, "examples" | "vocabulary">) => ({
  sequences: examples,
  vocabulary,
});

/** The rows of latents that fire in DF or MF. */
export function activeRows<T extends { active: boolean }>(rows: readonly T[]): T[] {
  return rows.filter(({ active }) => active);
}
