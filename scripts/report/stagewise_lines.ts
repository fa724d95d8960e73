/**
 * All numbers of a stage-wise run in groups, each beside its published value.
 *
 * @module
 */
import type { Run } from "../../lib/diff/run.ts";
import { STAGES } from "../../lib/diff/stages.ts";
import type { LatentRow } from "../../lib/diff/table.ts";
import type { Line } from "./lines.ts";
import { behaviourLines, sizeLines, stageLines } from "./quality_lines.ts";
import {
  aucLines,
  boxLines,
  cutName,
  latentLines,
  quadrantLines,
  quantileLines,
  turnedLine,
} from "./rotation_lines.ts";

/** All lines of a run in groups; a name occurs once. */
export function allLines(run: Run, rows: readonly LatentRow[]): { title: string; lines: Line[] }[] {
  const { seed } = run.measures;
  const cuts = (["active", "all"] as const).flatMap((over) =>
    [5, 10].map((percentile) => ({ percentile, over, seed }))
  );
  return [
    { title: "Sizes", lines: sizeLines(run) },
    { title: "Behaviour of the language models", lines: behaviourLines(run) },
    { title: "Latents", lines: latentLines(rows) },
    {
      title: "Latents that turned twice",
      lines: [...cuts.map((cut) => turnedLine(rows, cut)), ...aucLines(rows, { seed })],
    },
    {
      title: "Rotation",
      lines: [...quantileLines(rows, "active"), ...quantileLines(rows, "all")],
    },
    ...cuts.map((cut) => ({
      title: `Quadrants, ${cutName(cut.percentile, cut.over)} latents`,
      lines: quadrantLines(rows, cut),
    })),
    { title: "Boxes of an absolute threshold", lines: boxLines(rows, { seed }) },
    ...STAGES.map((stage) => ({ title: `Crosscoder ${stage}`, lines: stageLines(run, stage) })),
  ];
}
