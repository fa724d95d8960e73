/**
 * proofs-bound-vs-flops (P2): does a longer proof give a better bound? One dot a strategy and model, as published.
 *
 *   deno task figures proofs-bound-vs-flops
 *
 * For each population all strategies, and the frontier alone: of each model the strategies that no other beats in both
 * bound and length. Dashed: a proof that spends its operations on brute force over a part of the sequences.
 *
 * @module
 */
import { type BoundCurve, type BoundPanel, boundScatter } from "../../lib/plot/bound_scatter.ts";
import {
  frontierByModel,
  type NormalisedRow,
  normalisedRows,
  paperRows,
  theoremName,
} from "../../lib/proofs/run/groups.ts";
import { type ModelResult, readProofs } from "../../lib/proofs/run/results.ts";
import { strategyLengthLines } from "../report/proofs_lines.ts";
import type { FigureResult } from "./finish.ts";
import { familyPanels, finishProofs, GROUP_COLOURS } from "./proofs_common.ts";

const ID = "proofs-bound-vs-flops";
const TITLE = "Bound against length of the published strategies";

/** Brute force further to the right than this would press all other proofs together. */
const FARTHEST = 45;

/** All strategies of more models than this would be a drawing of a hundred megabytes. */
const SHOWN = 32;

/** Draws the scatters of a run's folder. */
export async function draw(folder: string): Promise<FigureResult> {
  const run = await readProofs(folder);
  const parts = familyPanels(run, panelsOf).flat();
  const spec = boundScatter(parts, {
    title: TITLE,
    subtitle: [
      "One dot a strategy and model: bound over true accuracy, operations of the verification. Left: all; right: of each model",
      "those that no other beats in both. Dashed: brute force over a part of the sequences; for large K it lies far to the right.",
    ],
    xTitle: "log2 FLOPs",
    yTitle: "bound / accuracy",
    colours: GROUP_COLOURS,
    yDomain: [0, 1],
  });
  return await finishProofs(run, { id: ID, title: TITLE, spec, lines: strategyLengthLines(run) });
}

function panelsOf(models: ModelResult[], title: string): BoundPanel[] {
  const rows = models.flatMap((model) => paperRows(normalisedRows(model), "published"));
  const near = rows.filter(({ log2Flops }) => log2Flops <= FARTHEST);
  const isNear = near.some(({ group }) => group === "brute-force");
  const curves = isNear ? [bruteForceBaseline(models)] : [];
  const shown = new Set(models.slice(0, SHOWN).map(({ id }) => id));
  const first = models.length > SHOWN ? `${title}, the first ${SHOWN}` : title;
  return [
    { title: first, points: near.filter(({ model }) => shown.has(model)).map(pointOf), curves },
    { title: `${title}, frontier`, points: frontierByModel(near).map(pointOf), curves },
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

/** y = FLOPs / FLOPs of brute force, on its last powers of two. */
function bruteForceBaseline(models: readonly ModelResult[]): BoundCurve {
  const flops = models.map(({ rows }) => rows.find((row) => row.strategy === "brute-force")!.flops);
  const to = Math.log2(flops.reduce((sum, x) => sum + x, 0) / flops.length);
  return {
    label: "brute force in part",
    at: Array.from({ length: 41 }, (_, i) => ({ x: to - 8 + i / 5, y: 2 ** (i / 5 - 8) })),
  };
}
