/**
 * Which latents turned, line by line beside the published numbers: quantiles, quadrants, boxes, ranks.
 *
 * @module
 */
import {
  byQuadrant,
  inBox,
  percentileCut,
  type Quadrant,
  QUADRANTS,
} from "../../../lib/diff/quadrants.ts";
import { baseRate, countOf } from "../../../lib/numerics/counts.ts";
import { bootstrapAuc } from "../../../lib/numerics/ranks.ts";
import { activeRows, type LatentRow } from "../../../lib/diff/table.ts";
import { quantile } from "../../../lib/numerics/statistics.ts";
import { PAPER } from "../paper.ts";
import { type Line, numberLine, type Published, shareLine } from "../../../lib/report/line.ts";

/** What a quadrant means, for readers. */
export const QUADRANT_WORDS: Record<Quadrant, string> = {
  max_change_DM: "turned on both axes",
  max_change_D: "turned only on x",
  max_change_M: "turned only on y",
  min_change_DM: "turned on neither",
};

/** Which latents a percentile is taken over: the active ones, or all of them as published. */
export type CutOver = "active" | "all";

export const isRelevant = (row: LatentRow) => row.relevant;

/** Quantiles of both cosines over active latents, or over all as published. */
export function quantileLines(rows: readonly LatentRow[], over: CutOver): Line[] {
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

/** One cut: for each quadrant its size and its relevant latents, beside the rate among the others. */
export function quadrantLines(
  rows: readonly LatentRow[],
  { percentile, over, seed }: { percentile: number; over: CutOver; seed: number },
): Line[] {
  const active = activeRows(rows);
  const groups = byQuadrant(
    active,
    percentileCut(over === "active" ? active : rows, percentile),
  );
  const cut = cutName(percentile, over);
  const v2 = percentile === 10 && over === "all" ? undefined : "V2 is cut at p = 10 over all";
  return QUADRANTS.flatMap((name) => {
    const group = groups[name];
    const others = active.filter((row) => !group.includes(row));
    const line = (label: string, has: (row: LatentRow) => boolean, published: Published) =>
      shareLine(`${name}, ${cut}: ${label}`, countOf(group, has), {
        paper: published,
        base: baseRate(others, has, { seed }),
        note: v2,
      });
    return [
      shareLine(`${name}, ${cut}: share of active latents`, {
        count: group.length,
        of: active.length,
      }, { paper: PAPER.quadrants[name].active, note: `${QUADRANT_WORDS[name]}` }),
      line("relevant in DF", (row) => row.relevantDF, PAPER.quadrants[name].relevantDF),
      line("relevant in MF", (row) => row.relevantMF, PAPER.quadrants[name].relevantMF),
      line("relevant in either", isRelevant, PAPER.quadrants[name].relevant),
    ];
  });
}

/** The headline: the share of the active latents at the bottom left that are relevant. */
export function turnedLine(
  rows: readonly LatentRow[],
  { percentile, over, seed }: { percentile: number; over: CutOver; seed: number },
): Line {
  const active = activeRows(rows);
  const cut = percentileCut(over === "active" ? active : rows, percentile);
  const turned = byQuadrant(active, cut).max_change_DM;
  const others = active.filter((row) => !turned.includes(row));
  return shareLine(`relevant among those turned twice, ${cutName(percentile, over)}`, {
    count: turned.filter(isRelevant).length,
    of: turned.length,
  }, {
    paper: PAPER.turnedRelevant,
    base: baseRate(others, isRelevant, { seed }),
    note: "the paper's percentile is not published, 10 most likely",
  });
}

/** `p = 5 over active`. */
export function cutName(percentile: number, over: CutOver): string {
  return `p = ${percentile} over ${over}`;
}

/** How well each cosine ranks relevant latents below other active ones; none without such latents. */
export function aucLines(rows: readonly LatentRow[], { seed }: { seed: number }): Line[] {
  const active = activeRows(rows);
  const relevant = active.filter(isRelevant);
  const other = active.filter((row) => !isRelevant(row));
  if (relevant.length === 0 || other.length === 0) return [];
  const scores: Record<string, (row: LatentRow) => number> = {
    "x": ({ x }) => x,
    "y": ({ y }) => y,
    "max(x, y)": ({ x, y }) => Math.max(x, y),
  };
  return Object.entries(scores).map(([name, score]) => {
    const { auc, low, high } = bootstrapAuc(relevant.map(score), other.map(score), { seed });
    return numberLine(`AUC of ${name}, relevant below other active latents`, auc, {
      digits: 3,
      interval: [low, high],
      note: `${relevant.length} relevant, ${other.length} others; bootstrap of 2,000 resamples`,
    });
  });
}

/** Latents below an absolute threshold on both axes. */
export function boxLines(rows: readonly LatentRow[], { seed }: { seed: number }): Line[] {
  const active = activeRows(rows);
  return [0.5, 0.6, 0.7, 0.8, 0.9].flatMap((threshold) => {
    const box = inBox(active, threshold);
    const others = active.filter((row) => !box.includes(row));
    const published = threshold === 0.7 ? PAPER.box : undefined;
    const name = `both cosines below ${threshold}`;
    const all = { count: inBox(rows, threshold).length, of: rows.length };
    return [
      shareLine(`${name}: all latents`, all, { paper: published?.all }),
      shareLine(`${name}: active latents`, { count: box.length, of: active.length }, {
        paper: published?.active,
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
export function latentLines(rows: readonly LatentRow[]): Line[] {
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
