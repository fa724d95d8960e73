/**
 * proofs-frontier (P13): what do sound and new proofs buy for the same length?
 *
 *   deno task figures proofs-frontier
 *
 * Of each model and kind of proof, the strategies that no other of their kind beats in both bound
 * and length. The vertical axis is the share of right answers that a proof misses, in powers of
 * ten.
 *
 * @module
 */
import { type BoundPanel, boundScatter } from "../../../lib/plot/bound_scatter.ts";
import {
  frontierByModel,
  type NormalisedRow,
  normalisedRows,
  theoremName,
} from "../../../lib/proofs/run/groups.ts";
import type { ModelResult } from "../../../lib/proofs/run/results.ts";
import { KIND_COLOURS, KIND_SHAPES, seriesOf } from "../../../lib/proofs/run/views.ts";
import { theoremLines } from "../lines/bounds.ts";
import type { Figure } from "../../system.ts";
import type { ProofsResults } from "../results.ts";
import { familyPanels } from "./common.ts";

const TITLE = "The frontier of bound and length with sound and new proofs";

/** Smaller losses than this are drawn here. */
const LEAST = 1e-6;

/** Draws the frontiers of a run. */
export const frontier: Figure<ProofsResults> = {
  id: "proofs-frontier",
  title: TITLE,
  caption: "What the published bounds miss, and sound and new proofs: lower is better.",
  draw(run) {
    const parts = familyPanels(run, panelOf);
    const spec = boundScatter(parts, {
      title: TITLE,
      subtitle: [
        "One dot a model and strategy on the frontier of its kind. Lower is better: -3 misses a thousandth of the right answers.",
        "Grey: as published, by an unsound step. All others are theorems. Less than a millionth, or a bound above the estimate of",
        "an accuracy that is not enumerated, is drawn at -6.",
      ],
      xTitle: "log2 FLOPs",
      yTitle: "log10 (1 - bound / accuracy)",
      colours: KIND_COLOURS,
      shapes: KIND_SHAPES,
    });
    return { spec, lines: theoremLines(run) };
  },
};

function panelOf(models: ModelResult[], title: string): BoundPanel {
  const rows = models.flatMap(normalisedRows).filter(({ kind }) => kind !== "brute-force");
  const kinds = [...new Set(rows.map(({ kind }) => kind))];
  const chosen = kinds.flatMap((kind) => frontierByModel(rows.filter((row) => row.kind === kind)));
  return { title, points: chosen.filter(({ bound }) => bound > 0).map(lossPoint) };
}

function lossPoint(row: NormalisedRow) {
  return {
    x: row.log2Flops,
    y: Math.log10(Math.max(LEAST, 1 - row.normalised)),
    series: seriesOf(row),
    label: `${theoremName(row)}, ${row.model}`,
  };
}
