/**
 * The figures of stage-wise diffing in the order of the report. A new one is an import and one more
 * line here.
 *
 * @module
 */
import type { Figure } from "../../system.ts";
import type { StagewiseResults } from "../results.ts";
import { box } from "./box.ts";
import { calibration } from "./calibration.ts";
import { driftFloor, nullBaseline } from "./controls.ts";
import { decoderCosines } from "./decoder_cosines.ts";
import { decoderNorms } from "./decoder_norms.ts";
import { density } from "./density.ts";
import { evolutionTable } from "./evolution.ts";
import { normFactors } from "./norm_factors.ts";
import { outlier } from "./residual_outlier.ts";
import { quadrants } from "./quadrants.ts";
import { relativeNormsFigure } from "./relative_norms.ts";
import { scatter } from "./scatter.ts";
import { sections, swapped } from "./sections.ts";
import { stability } from "./stability.ts";
import { thresholds } from "./thresholds.ts";
import { stages } from "./stages.ts";
import { views } from "./views.ts";
import { causal } from "./causal.ts";
import { edits } from "./edits.ts";
import { steering } from "./steering.ts";
import { suppression } from "./suppression.ts";

export const FIGURES: readonly Figure<StagewiseResults, string>[] = [
  stages,
  scatter,
  quadrants,
  box,
  nullBaseline,
  driftFloor,
  thresholds,
  sections,
  swapped,
  calibration,
  stability,
  views,
  evolutionTable,
  decoderNorms,
  decoderCosines,
  relativeNormsFigure,
  density,
  normFactors,
  outlier,
  causal,
  suppression,
  edits,
  steering,
];
