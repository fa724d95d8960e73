/**
 * proofs-dimension-vs-flops (P3): is a shorter proof one that leaves less unexplained?
 *
 *   deno task figures proofs-dimension-vs-flops
 *
 * Unexplained dimension: how many function values a black box would have to supply.
 *
 * @module
 */
import { type BoundPanel, boundScatter } from "../../../lib/plot/bound_scatter.ts";
import { normalisedRows, paperRows } from "../../../lib/proofs/run/groups.ts";
import type { ModelResult } from "../../../lib/proofs/run/results.ts";
import { lengthLines } from "../lines/length.ts";
import type { Figure } from "../../system.ts";
import type { ProofsResults } from "../results.ts";
import { pointOf } from "./bound_vs_flops.ts";
import { familyPanels, GROUP_COLOURS } from "./common.ts";

const TITLE = "Unexplained dimension against length";

/** Draws the scatter of a run. */
export const dimensionVsFlops: Figure<ProofsResults> = {
  id: "proofs-dimension-vs-flops",
  title: TITLE,
  caption: "Function values that a black box would have to supply, against length.",
  draw(run) {
    const spec = boundScatter(familyPanels(run, panelsOf).flat(), {
      title: TITLE,
      subtitle: [
        "One dot a published strategy of the first model of each population. Left: with brute force, at the top right;",
        "right: without.",
      ],
      xTitle: "log2 FLOPs",
      yTitle: "log2 unexplained dimension",
      colours: GROUP_COLOURS,
    });
    return { spec, lines: lengthLines(run) };
  },
};

/** Length and dimension hardly depend on the seed: one model shows all. */
function panelsOf([model]: ModelResult[], title: string): BoundPanel[] {
  const points = paperRows(normalisedRows(model), "published")
    .map((row) => ({ ...pointOf(row), y: Math.log2(row.unexplained) }));
  const name = title.replace(/ \(.*/, "");
  return [
    { title: name, points },
    {
      title: `${name}, without brute force`,
      points: points.filter(({ series }) => series !== "brute-force"),
    },
  ];
}
