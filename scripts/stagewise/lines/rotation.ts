/**
 * Which latents turned, line by line beside the published numbers: quantiles, quadrants, boxes,
 * ranks.
 *
 * @module
 */
import { inBox, type Quadrant, QUADRANTS } from "../../../lib/diff/stages/quadrants.ts";
import { baseRate, countOf } from "../../../lib/numerics/counts.ts";
import { activeRows, type TurningRow } from "../../../lib/diff/stages/table.ts";
import {
  activeQuadrants,
  type Cut,
  isRelevant,
  relevanceRanks,
  turnedTwice,
} from "../../../lib/diff/stages/turned.ts";
import { quantile } from "../../../lib/numerics/statistics.ts";
import { PAPER } from "../paper.ts";
import { aucLine } from "./auc.ts";
import { type Line, numberLine, type Published, shareLine } from "../../../lib/report/line.ts";

/** What a quadrant means, for readers. */
export const QUADRANT_WORDS: Record<Quadrant, string> = {
  max_change_DM: "turned on both axes",
  max_change_D: "turned only on x",
  max_change_M: "turned only on y",
  min_change_DM: "turned on neither",
};

/** Quantiles of both cosines over active latents, or over all as published. */
export function quantileLines(rows: readonly TurningRow[], over: NonNullable<Cut["over"]>): Line[] {
  const chosen = over === "active" ? activeRows(rows) : rows;
  return (["x", "y"] as const).flatMap((axis) =>
    Object.entries(PAPER.quantiles[over][axis]).map(([percent, published]) =>
      numberLine(
        `${axis} (${AXES[axis]}), ${percent} % quantile, ${over} latents`,
        quantile(chosen.map((row) => row[axis]), Number(percent) / 100),
        { paper: published as Published, digits: 3 },
      )
    )
  );
}

const AXES = { x: "cos D, DF", y: "cos M, MF" };

/**
 * One cut: for each quadrant its size and its relevant latents, beside the rate among the others.
 */
export function quadrantLines(
  rows: readonly TurningRow[],
  { seed, ...cut }: Required<Cut> & { seed: number },
): Line[] {
  const active = activeRows(rows).length;
  const at = cutName(cut);
  const v2 = cut.percentile === 10 && cut.over === "all"
    ? undefined
    : "V2 is cut at p = 10 over all";
  const { quadrants } = activeQuadrants(rows, cut);
  return QUADRANTS.flatMap((name) => {
    const { group, others } = quadrants[name];
    const line = (label: string, has: (row: TurningRow) => boolean, published: Published) =>
      shareLine(`${name}, ${at}: ${label}`, countOf(group, has), {
        paper: published,
        base: baseRate(others, has, { seed }),
        note: v2,
      });
    const published = PAPER.quadrants[name];
    return [
      shareLine(`${name}, ${at}: share of active latents`, { count: group.length, of: active }, {
        paper: published.active,
        note: QUADRANT_WORDS[name],
      }),
      line("relevant in DF", (row) => row.relevantDF, published.relevantDF),
      line("relevant in MF", (row) => row.relevantMF, published.relevantMF),
      line("relevant in either", isRelevant, published.relevant),
    ];
  });
}

/** The headline: the share of the active latents at the bottom left that are relevant. */
export function turnedLine(
  rows: readonly TurningRow[],
  { seed, ...cut }: Required<Cut> & { seed: number },
): Line {
  const { group, others } = turnedTwice(rows, cut);
  return shareLine(
    `relevant among those turned twice, ${cutName(cut)}`,
    countOf(group, isRelevant),
    {
      paper: PAPER.turnedRelevant,
      base: baseRate(others, isRelevant, { seed }),
      note: "the paper's percentile is not published, 10 most likely",
    },
  );
}

/** `p = 5 over active`. */
export function cutName({ percentile, over }: Required<Cut>): string {
  return `p = ${percentile} over ${over}`;
}

/**
 * How well each cosine ranks relevant latents below other active ones; none without such latents.
 */
export function aucLines(rows: readonly TurningRow[], { seed }: { seed: number }): Line[] {
  return relevanceRanks(rows, { seed }).flatMap((area) =>
    aucLine(`AUC of ${area.score}, relevant below other active latents`, area, {
      groups: ["relevant", "others"],
    })
  );
}

/** Latents below an absolute threshold on both axes. */
export function boxLines(
  rows: readonly TurningRow[],
  { seed, thresholds = [0.5, 0.6, 0.7, 0.8, 0.9] }: { seed: number; thresholds?: number[] },
): Line[] {
  const active = activeRows(rows);
  return thresholds.flatMap((threshold) => {
    const box = inBox(active, threshold);
    const others = active.filter((row) => !box.includes(row));
    const published = threshold === 0.7 ? PAPER.box : undefined;
    const name = `both cosines below ${threshold}`;
    const all = { count: inBox(rows, threshold).length, of: rows.length };
    return [
      shareLine(`${name}: all latents`, all, { paper: published?.all }),
      shareLine(`${name}: active latents`, { count: box.length, of: active.length }, {
        paper: published?.active,
        note: published && `Anthropic's SAE: ${published.boxed.value} latents`,
      }),
      shareLine(`${name}: relevant among the active`, countOf(box, isRelevant), {
        paper: published?.relevant,
        base: baseRate(others, isRelevant, { seed }),
        note: published &&
          `the paper's others: ${published.randomRelevant.value} % of 500 random latents`,
      }),
    ];
  });
}

/** How many latents live, and how many are relevant at all. */
export function latentLines(rows: readonly TurningRow[]): Line[] {
  const active = activeRows(rows);
  return [
    shareLine("active latents, firing in DF or MF", { count: active.length, of: rows.length }, {
      paper: PAPER.active,
      note: "V2 counts DF alone",
    }),
    shareLine("relevant in DF, of the active", countOf(active, (row) => row.relevantDF)),
    shareLine("relevant in MF, of the active", countOf(active, (row) => row.relevantMF)),
    shareLine("relevant in either, of the active", countOf(active, isRelevant)),
  ];
}
