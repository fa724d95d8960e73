/** Rows of a run by group, normalised by the accuracy of their model. @module */
import { smallest } from "../../numerics/numbers.ts";
import { groupOf, kindOf, type ModelResult, type ProofRow } from "./results.ts";
import { frontier, type Spread, spread } from "../../numerics/statistics.ts";

/** The published groups, in the order of the main table. */
export const GROUPS = [
  "brute-force",
  "cubic",
  "subcubic",
  "attention-vd^2",
  "direct-quadratic",
  "attention-vd^2, direct-quadratic",
  "attention-quadratic",
  "attention-quadratic, direct-quadratic",
] as const;
/** A group of strategies in figures. */
export type Group = typeof GROUPS[number];

/** A row of one model, its bound divided by the model's accuracy. */
export type NormalisedRow = ProofRow & {
  model: string;
  group: string;
  kind: string;
  /** bound / accuracy. */
  normalised: number;
  log2Flops: number;
};

/** Every row of a model. */
export function normalisedRows(model: ModelResult): NormalisedRow[] {
  return model.rows.map((row) => ({
    ...row,
    model: model.id,
    group: groupOf(row),
    kind: kindOf(row),
    normalised: row.bound / model.accuracy.value,
    log2Flops: Math.log2(row.flops),
  }));
}

/**
 * The rows of the paper's figures: brute force, cubic, and the subcubic strategies of one variant.
 */
export function paperRows(
  rows: readonly NormalisedRow[],
  variant: "published" | "sound",
): NormalisedRow[] {
  return rows.filter(({ kind }) => ["brute-force", "cubic", variant].includes(kind));
}

/** The best row of each group for each model. */
export function bestOfGroup(
  models: readonly ModelResult[],
  group: Group,
  variant: "published" | "sound",
): NormalisedRow[] {
  return models.map((model) =>
    best(paperRows(normalisedRows(model), variant).filter((row) => row.group === group))
  );
}

/** The row with the largest bound; of equals the shortest. */
export function best<T extends { bound: number; flops: number }>(rows: readonly T[]): T {
  if (rows.length === 0) {
    throw new RangeError(
      "Cannot take the best of a group: expected strategies but found none: run replicate proofs again",
    );
  }
  return rows.reduce((a, b) =>
    b.bound > a.bound || (b.bound === a.bound && b.flops < a.flops) ? b : a
  );
}

/** The least upper end of the accuracy that a model's proofs give. */
export function leastUpper({ rows }: Pick<ModelResult, "rows">): number {
  return smallest(rows.flatMap(({ atMost }) => atMost ?? []));
}

/** Spread of the normalised bounds of a group over models. */
export function groupSpread(
  models: readonly ModelResult[],
  group: Group,
  variant: "published" | "sound",
): Spread {
  return spread(bestOfGroup(models, group, variant).map(({ normalised }) => normalised));
}

/** "N4, G = 256": the theorem with its grid. */
export function theoremName({ strategy, G, gMax }: ProofRow): string {
  const parts = [G !== undefined ? `G = ${G}` : "", gMax !== undefined ? `g_max ${gMax}` : ""];
  return [strategy, ...parts.filter((part) => part !== "")].join(", ");
}

/** The frontier of each model among the rows. */
export function frontierByModel(rows: readonly NormalisedRow[]): NormalisedRow[] {
  const models = [...new Set(rows.map(({ model }) => model))];
  return models.flatMap((model) => frontier(rows.filter((row) => row.model === model)));
}
