/**
 * The figures of the compact proofs in the order of the report. A new one is an import and one more
 * line here.
 *
 * @module
 */
import type { Figure } from "../../system.ts";
import type { ProofsResults } from "../results.ts";
import { ablations } from "./ablations.ts";
import { attentionDifference } from "./attention_difference.ts";
import { attentionSlope } from "./attention_slope.ts";
import { boundVsFlops } from "./bound_vs_flops.ts";
import { boundVsRatio } from "./bound_vs_ratio.ts";
import { copying } from "./copying.ts";
import { dimensionVsFlops } from "./dimension_vs_flops.ts";
import { directions } from "./directions.ts";
import { factors } from "./factors.ts";
import { frontier } from "./frontier.ts";
import { groups } from "./groups.ts";
import { tableHeatMaps } from "./heat_maps.ts";
import { interval } from "./interval.ts";
import { noise } from "./noise.ts";
import { proofOrDraws } from "./proof_or_draws.ts";
import { repairs } from "./repairs.ts";
import { residuals } from "./residuals.ts";
import { rigour } from "./rigour.ts";
import { spectra } from "./spectra.ts";
import { tasks } from "./tasks.ts";

export const FIGURES: readonly Figure<ProofsResults, string>[] = [
  groups,
  boundVsFlops,
  frontier,
  dimensionVsFlops,
  boundVsRatio,
  repairs,
  interval,
  tasks,
  proofOrDraws,
  rigour,
  ablations,
  tableHeatMaps,
  directions,
  residuals,
  factors,
  spectra,
  noise,
  copying,
  attentionDifference,
  attentionSlope,
];
