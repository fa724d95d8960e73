/** The figures of the diff-off, in the order of the report. @module */
import type { DiffOffResults } from "../../../lib/diff/diffoff/mod.ts";
import type { Figure } from "../../system.ts";
import { calibration } from "./calibration.ts";
import { comparisonsFigure } from "./comparisons.ts";
import { cost } from "./cost.ts";
import { detectors } from "./detectors.ts";
import { methodsFigure } from "./methods.ts";
import { nulls } from "./nulls.ts";
import { overlapFigure } from "./overlap.ts";
import { pairsFigure } from "./pairs.ts";
import { precisionRecall } from "./precision_recall.ts";
import { two } from "./two.ts";

export const FIGURES: readonly Figure<DiffOffResults>[] = [
  comparisonsFigure,
  methodsFigure,
  precisionRecall,
  cost,
  nulls,
  overlapFigure,
  two,
  detectors,
  calibration,
  pairsFigure,
];
