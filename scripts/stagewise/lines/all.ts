/**
 * All numbers of a stage-wise run in groups, each beside its published value.
 *
 * @module
 */
import type { StagewiseResults } from "../results.ts";
import { STAGES } from "../../../lib/diff/stages/stages.ts";
import { fixedCutLines, otherBoxLines, otherRotationLines, otherTurnedLines } from "./controls.ts";
import { DICTIONARIES, truthLines } from "./causal.ts";
import { necessaryLines } from "./causal_latents.ts";
import { curveLines } from "./curves.ts";
import { ownLines } from "./own_draws.ts";
import { smallestKLines } from "./smallest_k.ts";
import { suppressionLines } from "./suppression.ts";
import { behaviourLines, sizeLines, stageLines } from "./quality.ts";
import {
  aucLines,
  boxLines,
  cutName,
  latentLines,
  quadrantLines,
  quantileLines,
  turnedLine,
} from "./rotation.ts";
import { swappedLines } from "./swapped.ts";
import { type LinesBlock, linesBlock } from "../../../lib/report/section.ts";

/** All lines of a run in groups; a name occurs once. */
export function allLines(run: StagewiseResults): LinesBlock[] {
  const { rows, measures: { seed } } = run;
  const cuts = (["active", "all"] as const).flatMap((over) =>
    [5, 10].map((percentile) => ({ percentile, over, seed }))
  );
  return [
    linesBlock("Sizes", sizeLines(run)),
    linesBlock("Behaviour of the language models", behaviourLines(run)),
    linesBlock("Latents", latentLines(rows)),
    linesBlock("Shares and ranks of those that turned twice", [
      ...cuts.map((cut) => turnedLine(rows, cut)),
      ...aucLines(rows, { seed }),
    ]),
    linesBlock("Rotation", [...quantileLines(rows, "active"), ...quantileLines(rows, "all")]),
    ...cuts.map((cut, i) =>
      linesBlock(
        `Quadrants, ${cutName(cut)} latents`,
        quadrantLines(rows, cut),
        i > 0,
      )
    ),
    linesBlock("Boxes of an absolute threshold", boxLines(rows, { seed })),
    linesBlock("Controls and further dictionaries", [
      ...[5, 10].flatMap((percentile) => otherTurnedLines(run, percentile)),
      ...[5, 10].flatMap((percentile) => fixedCutLines(run, percentile)),
      ...otherBoxLines(run, 0.7),
      ...otherRotationLines(run),
    ]),
    linesBlock(
      "First transitions in place of second ones",
      [5, 10].flatMap((percentile) => swappedLines(run, percentile)),
      true,
    ),
    ...(run.causal
      ? [
        linesBlock(
          "Causal latents",
          DICTIONARIES.flatMap((name) => [...truthLines(run, name), ...ownLines(run, name)]),
        ),
        linesBlock(
          "Causal latents one by one",
          DICTIONARIES.flatMap((name) =>
            (["run", "null"] as const).flatMap((baseline) => necessaryLines(run, name, baseline))
          ),
          true,
        ),
        linesBlock("Sets of latents that stop the backdoor", [
          ...smallestKLines(run.causal),
          ...suppressionLines(run.causal),
        ]),
        linesBlock("Sets of latents by order and size", curveLines(run.causal), true),
      ]
      : []),
    ...STAGES.map((stage) => linesBlock(`Crosscoder ${stage}`, stageLines(run, stage), true)),
  ];
}
