/**
 * All figures by id, and the systems they belong to. A new figure is one more line here.
 *
 * @module
 */
import type { Figure } from "./finish_figure.ts";
import { PROOFS_FIGURES } from "./proofs/figures/mod.ts";
import { draw as drawQuadrants } from "./stagewise/figures/quadrants.ts";
import { draw as drawScatter } from "./stagewise/figures/scatter.ts";

/** A system has left results in a run's folder when this file is there. */
export const MARKERS: Record<string, string> = {
  stagewise: "stagewise/measures.json",
  proofs: "proofs/results.json",
};

export const FIGURES: Record<string, { system: string; draw: Figure }> = {
  "stagewise-scatter": { system: "stagewise", draw: drawScatter },
  "stagewise-quadrants": { system: "stagewise", draw: drawQuadrants },
  ...PROOFS_FIGURES,
};
