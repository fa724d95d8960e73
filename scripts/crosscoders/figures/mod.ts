/**
 * The figures of the crosscoders in the order of the report. A new one is an import and one more
 * line here.
 *
 * @module
 */
import type { CrosscodersResults } from "../../../lib/crosscoder/run/results.ts";
import type { Figure } from "../../system.ts";
import { density } from "./density.ts";
import { frontier } from "./frontier.ts";
import { norms } from "./norms.ts";
import { planted } from "./planted.ts";
import { scaling } from "./scaling.ts";
import { siteCosines } from "./site_cosines.ts";

export const FIGURES: readonly Figure<CrosscodersResults, string>[] = [
  frontier,
  planted,
  scaling,
  norms,
  siteCosines,
  density,
];
