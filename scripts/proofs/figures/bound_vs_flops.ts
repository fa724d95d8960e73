/**
 * proofs-bound-vs-flops (P2): does a longer proof give a better bound? One dot a strategy and
 * model, as published.
 *
 *   deno task figures proofs-bound-vs-flops
 *
 * For each population all subcubic strategies and the cubic one; the frontier alone: of each model
 * the strategies that no other beats in both bound and length; and the frontier with brute force.
 * Dashed: a proof that spends its operations on brute force over a part of the sequences.
 *
 * @module
 */
import { type BoundCurve, type BoundPanel, boundScatter } from "../../../lib/plot/bound_scatter.ts";
import {
  frontierByModel,
  type NormalisedRow,
  normalisedRows,
  paperRows,
  theoremName,
} from "../../../lib/proofs/run/groups.ts";
import type { ModelResult } from "../../../lib/proofs/run/results.ts";
import { strategyLengthLines } from "../lines/length.ts";
import type { Figure } from "../../system.ts";
import type { ProofsResults } from "../results.ts";
import { familyPanels, GROUP_COLOURS } from "./common.ts";

const TITLE = "Bound against length of the published strategies";

/** All strategies of more models than this would be a drawing of a hundred megabytes. */
const SHOWN = 32;

/** Draws the scatters of a run. */
export const boundVsFlops: Figure<ProofsResults> = {
  id: "proofs-bound-vs-flops",
  title: TITLE,
  caption: "Bound against length of the published strategies, all and the frontier.",
  draw(run) {
    const parts = familyPanels(run, panelsOf).flat();
    const spec = boundScatter(parts, {
      title: TITLE,
      subtitle: [
        "One dot a strategy and model: bound over true accuracy, operations of the verification. Left: all but brute force; middle:",
        "of each model those that no other beats in both; right: these and brute force. Dashed: brute force over a part of the",
        "sequences, y = FLOPs / FLOPs of brute force.",
      ],
      xTitle: "log2 FLOPs",
      yTitle: "bound / accuracy",
      colours: GROUP_COLOURS,
      yDomain: [0, 1],
      columns: 3,
      width: 310,
      height: 280,
    });
    return { spec, lines: strategyLengthLines(run) };
  },
};

function panelsOf(models: ModelResult[], title: string): BoundPanel[] {
  const rows = models.flatMap((model) => paperRows(normalisedRows(model), "published"));
  const proofs = rows.filter(({ group }) => group !== "brute-force");
  const shown = new Set(models.slice(0, SHOWN).map(({ id }) => id));
  const first = models.length > SHOWN ? `${title}, the first ${SHOWN}` : title;
  const name = title.replace(/ \(.*/, "");
  return [
    { title: first, points: proofs.filter(({ model }) => shown.has(model)).map(pointOf) },
    { title: `${name}, frontier`, points: frontierByModel(proofs).map(pointOf) },
    {
      title: `${name}, frontier and brute force`,
      points: frontierByModel(rows).map(pointOf),
      curves: [bruteForceBaseline(models)],
    },
  ];
}

/** A dot for a row, in the colour of its group. */
export function pointOf(row: NormalisedRow) {
  return {
    x: row.log2Flops,
    y: row.normalised,
    series: row.group,
    label: `${theoremName(row)}, ${row.model}`,
  };
}

/**
 * y = mean(bound / FLOPs) of brute force times x, on its last powers of two; the bound is the
 * accuracy, so 1.
 */
function bruteForceBaseline(models: readonly ModelResult[]): BoundCurve {
  const flops = models.map(({ rows }) => rows.find((row) => row.strategy === "brute-force")!.flops);
  const to = Math.log2(flops.reduce((sum, x) => sum + x, 0) / flops.length);
  return {
    label: "",
    at: Array.from({ length: 41 }, (_, i) => ({ x: to - 8 + i / 5, y: 2 ** (i / 5 - 8) })),
  };
}
