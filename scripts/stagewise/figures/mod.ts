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
import { outlier } from "./outlier.ts";
import { quadrants } from "./quadrants.ts";
import { scatter } from "./scatter.ts";
import { sections, swapped } from "./sections.ts";
import { stability } from "./stability.ts";
import { thresholds } from "./thresholds.ts";

export const FIGURES: readonly Figure<StagewiseResults, string>[] = [
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
  outlier,
];
