/** Numbers of dictionaries trained under penalties on interactions, line by line. @module */
import { fidelities } from "../../../lib/interactions/penalty/schemes.ts";
import type { Penalty } from "../../../lib/interactions/run/phases/penalty.ts";
import { type Line, numberLine } from "../../../lib/report/line.ts";
import { PAPER } from "../paper.ts";

/** One dictionary, means over its sites and blocks. */
export function penaltyRow({ kind, lambda, FVU, blocks }: Penalty["points"][number]) {
  const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length;
  return {
    kind,
    lambda,
    FVU: mean(FVU),
    dominantShare: mean(blocks.map((block) => block.dominantShare)),
    interactionShare: mean(blocks.map((block) => block.interactionShare)),
    excess: mean(blocks.map((block) => block.excess)),
  };
}

/** Every dictionary; the published values stand beside none and the heaviest dominance penalty. */
export function penaltyLines({ points }: Penalty): Line[] {
  const weights = points.filter(({ kind }) => kind === "dominance").map(({ lambda }) => lambda);
  return points.flatMap((point) => {
    const { kind, lambda, L0, all, middle } = point, row = penaltyRow(point);
    const of = kind === "none"
      ? "none"
      : kind === "dominance" && lambda === Math.max(...weights)
      ? "strong"
      : undefined;
    const name = kind === "none" ? "no penalty" : `${kind}, weight ${lambda}`;
    const everywhere = fidelities(all), one = fidelities(middle);
    return [
      numberLine(`${name}: FVU, mean over sites`, row.FVU, { digits: 3 }),
      numberLine(`${name}: L0`, L0, { digits: 1 }),
      numberLine(`${name}: dominant share`, row.dominantShare, {
        digits: 3,
        paper: of && PAPER.dominantShare[of],
      }),
      numberLine(`${name}: interaction share of what MLPs add`, row.interactionShare, {
        digits: 3,
      }),
      numberLine(`${name}: weighted excess of a token`, row.excess, { digits: 2 }),
      numberLine(`${name}: cross-entropy, all MLP inputs spliced`, all.schemes.all, {
        digits: 3,
        note: `the model's own is ${all.model.toFixed(3)}, with no latents ${
          all.schemes.zero.toFixed(2)
        }`,
      }),
      numberLine(`${name}: fidelity, all latents, middle block`, one.all, {
        digits: 3,
        paper: of && PAPER.fidelity[of].all,
      }),
      numberLine(`${name}: fidelity, largest alone, middle block`, one.largest_only, {
        digits: 3,
        paper: of && PAPER.fidelity[of].largest,
      }),
      numberLine(`${name}: fidelity, largest dropped, middle block`, one.largest_dropped, {
        digits: 3,
        paper: of && PAPER.fidelity[of].dropped,
      }),
      numberLine(
        `${name}: largest alone, share of the fidelity of all`,
        100 * one.largest_only / one.all,
        {
          digits: 0,
          unit: "%",
          paper: of && PAPER.keepLargest[of],
          note: "a small denominator flatters it",
        },
      ),
      ...([
        ["all", "all latents"],
        ["largest_only", "largest alone"],
        ["three_largest", "three largest"],
        ["largest_dropped", "largest dropped"],
        ["second_dropped", "second dropped"],
        ["random_dropped", "one at random dropped"],
      ] as const).map(([scheme, words]) =>
        numberLine(`${name}: fidelity, ${words}, all blocks`, everywhere[scheme], { digits: 3 })
      ),
    ];
  });
}

/** What the heaviest dominance penalty costs, over none: beside the published quotient. */
export function costLine({ points }: Penalty): Line[] {
  const [none, ...others] = points.map(penaltyRow);
  const heaviest = others.filter(({ kind }) => kind === "dominance")
    .toSorted((a, b) => b.lambda - a.lambda).at(0);
  if (heaviest === undefined) return [];
  return [
    numberLine(
      "heaviest dominance penalty: variance left over that without",
      heaviest.FVU / none.FVU,
      {
        digits: 2,
        paper: PAPER.penaltyCost,
        note: "weights are not comparable: losses have other units",
      },
    ),
  ];
}
