/**
 * Every published value that the figures and the report of the crosscoders compare with, and where
 * it stands.
 * @module
 */
import type { Published } from "../../lib/report/line.ts";

const SANITY = "Korznikov et al. 2026, arXiv 2602.14111, abstract";
const sanity = (value: number): Published => ({ value, source: SANITY });

/** In percent: SAEs on synthetic data with known features. */
export const PAPER = {
  recall: sanity(9),
  explainedVariance: sanity(71),
};
