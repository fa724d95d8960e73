/**
 * The figures of the compact proofs by id, in the order of the report.
 *
 * @module
 */
import type { Figure } from "./finish.ts";
import { draw as drawAblations } from "./proofs_ablations.ts";
import { draw as drawAttentionDifference } from "./proofs_attention_difference.ts";
import { draw as drawAttentionSlope } from "./proofs_attention_slope.ts";
import { draw as drawBoundVsFlops } from "./proofs_bound_vs_flops.ts";
import { draw as drawBoundVsRatio } from "./proofs_bound_vs_ratio.ts";
import { draw as drawCopying } from "./proofs_copying.ts";
import { draw as drawDimensionVsFlops } from "./proofs_dimension_vs_flops.ts";
import { draw as drawDirections } from "./proofs_directions.ts";
import { draw as drawFactors } from "./proofs_factors.ts";
import { draw as drawFrontier } from "./proofs_frontier.ts";
import { draw as drawGroups } from "./proofs_groups.ts";
import { draw as drawHeatMaps } from "./proofs_heat_maps.ts";
import { draw as drawInterval } from "./proofs_interval.ts";
import { draw as drawNoise } from "./proofs_noise.ts";
import { draw as drawRepairs } from "./proofs_repairs.ts";
import { draw as drawResiduals } from "./proofs_residuals.ts";
import { draw as drawRigour } from "./proofs_rigour.ts";
import { draw as drawSpectra } from "./proofs_spectra.ts";

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
