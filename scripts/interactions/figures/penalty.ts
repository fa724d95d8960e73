/**
 * interactions-penalty (I10): how much interaction does a penalty take away, and at which cost of
 * reconstruction?
 *
 *   deno task figures interactions-penalty
 *
 * @module
 */
import type { Penalty } from "../../../lib/interactions/run/phases/penalty.ts";
import type { InteractionsResults } from "../../../lib/interactions/run/results.ts";
import { type BoundPanel, boundScatter } from "../../../lib/plot/bound_scatter.ts";
import type { Figure } from "../../system.ts";
import { costLine, penaltyLines, penaltyRow } from "../lines/penalty.ts";

const TITLE = "What a penalty on interactions buys, and costs";

const COLOURS = { none: "#000000", dominance: "#0072B2", excess: "#D55E00" };

const MEASURES = {
  interactionShare: "interaction share of what MLPs add",
  excess: "Σ ‖w_out‖ |E| of a token",
  dominantShare: "dominant share",
} as const;

/** Draws interaction and dominant share against the share of variance left. */
export const penalty: Figure<InteractionsResults> = {
  id: "interactions-penalty",
  title: TITLE,
  caption:
    "The main dictionary trained on for a while without a penalty and with each weight of two: the largest contribution of a neuron " +
    "against all others (dominance), and the exact excess. Means over blocks; a line follows the weight, which stands at its dots. " +
    "Lower and further left is better, but for the dominant share.",
  draw({ penalty }) {
    const panels = Object.keys(MEASURES) as (keyof typeof MEASURES)[];
    const spec = boundScatter(panels.map((measure) => panel(penalty, measure)), {
      title: TITLE,
      subtitle: [`${penalty.steps} further steps each, on the same batches.`],
      xTitle: "share of variance left (FVU)",
      yTitle: "",
      colours: COLOURS,
      shapes: { none: "square" },
      columns: 3,
      width: 300,
      height: 320,
    });
    return { spec, lines: [...costLine(penalty), ...penaltyLines(penalty)] };
  },
};

function panel({ points }: Penalty, measure: keyof typeof MEASURES): BoundPanel {
  const rows = points.map(penaltyRow);
  const place = (row: typeof rows[number]) => ({ x: row.FVU, y: row[measure] });
  const [none] = rows.filter(({ kind }) => kind === "none");
  return {
    title: "",
    yTitle: MEASURES[measure],
    points: rows.map((row) => ({
      ...place(row),
      series: row.kind,
      label: row.kind === "none" ? "no penalty" : `${row.kind}, λ ${row.lambda}`,
    })),
    curves: [
      ...(["dominance", "excess"] as const).map((kind) => ({
        series: kind,
        label: kind,
        at: [none, ...rows.filter((row) => row.kind === kind)].map(place),
      })),
      // A rule of no length: its label alone.
      ...rows.filter(({ kind }) => kind !== "none").map((row) => ({
        label: `${row.kind} ${row.lambda}`,
        at: [place(row), place(row)],
      })),
    ],
  };
}
