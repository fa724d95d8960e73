/**
 * The figures of the compact proofs by id, in the order of the report.
 *
 * @module
 */
import type { Figure } from "../../finish_figure.ts";
import { draw as drawAblations } from "./ablations.ts";
import { draw as drawAttentionDifference } from "./attention_difference.ts";
import { draw as drawAttentionSlope } from "./attention_slope.ts";
import { draw as drawBoundVsFlops } from "./bound_vs_flops.ts";
import { draw as drawBoundVsRatio } from "./bound_vs_ratio.ts";
import { draw as drawCopying } from "./copying.ts";
import { draw as drawDimensionVsFlops } from "./dimension_vs_flops.ts";
import { draw as drawDirections } from "./directions.ts";
import { draw as drawFactors } from "./factors.ts";
import { draw as drawFrontier } from "./frontier.ts";
import { draw as drawGroups } from "./groups.ts";
import { draw as drawHeatMaps } from "./heat_maps.ts";
import { draw as drawInterval } from "./interval.ts";
import { draw as drawNoise } from "./noise.ts";
import { draw as drawRepairs } from "./repairs.ts";
import { draw as drawResiduals } from "./residuals.ts";
import { draw as drawRigour } from "./rigour.ts";
import { draw as drawSpectra } from "./spectra.ts";

/** Figure id -> its system and what draws it. */
export const PROOFS_FIGURES: Record<string, { system: string; draw: Figure }> = {
  "proofs-groups": { system: "proofs", draw: drawGroups },
  "proofs-bound-vs-flops": { system: "proofs", draw: drawBoundVsFlops },
  "proofs-frontier": { system: "proofs", draw: drawFrontier },
  "proofs-dimension-vs-flops": { system: "proofs", draw: drawDimensionVsFlops },
  "proofs-bound-vs-ratio": { system: "proofs", draw: drawBoundVsRatio },
  "proofs-repairs": { system: "proofs", draw: drawRepairs },
  "proofs-interval": { system: "proofs", draw: drawInterval },
  "proofs-rigour": { system: "proofs", draw: drawRigour },
  "proofs-ablations": { system: "proofs", draw: drawAblations },
  "proofs-heat-maps": { system: "proofs", draw: drawHeatMaps },
  "proofs-directions": { system: "proofs", draw: drawDirections },
  "proofs-residuals": { system: "proofs", draw: drawResiduals },
  "proofs-factors": { system: "proofs", draw: drawFactors },
  "proofs-spectra": { system: "proofs", draw: drawSpectra },
  "proofs-noise": { system: "proofs", draw: drawNoise },
  "proofs-copying": { system: "proofs", draw: drawCopying },
  "proofs-attention-difference": { system: "proofs", draw: drawAttentionDifference },
  "proofs-attention-slope": { system: "proofs", draw: drawAttentionSlope },
};
