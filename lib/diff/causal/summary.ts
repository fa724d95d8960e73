/**
 * Where the causal latents lie in the scatter, and how many of those that the label names are among
 * them: of one dictionary, and of several runs together.
 *
 * @module
 */
import type { DictionarySets, DictionaryTruth, SetPoint } from "../stored/causal_results.ts";
import type { Count } from "../../numerics/counts.ts";
import type { Kept } from "./edits/removal.ts";
import type { OrderName } from "./order_names.ts";
import { LABELLING } from "../stages/coder_phases.ts";
import { causalVerdict, type JudgedEffect } from "./rules.ts";
import type { Quadrant } from "../stages/quadrants.ts";
import type { TurningRow } from "../stages/table.ts";
import { auc } from "../../numerics/ranks.ts";
import { type Spread, spread } from "../../numerics/statistics.ts";

/** Places of the scatter at p = 10 over active latents: the bottom left, one axis only, neither. */
export const PLACES = ["both", "one axis", "neither"] as const;
export type Place = typeof PLACES[number];

/** The place of a quadrant. */
function placeOf(quadrant: Quadrant): Place {
  if (quadrant === "max_change_DM") return "both";
  return quadrant === "min_change_DM" ? "neither" : "one axis";
}

/**
 * Counts over countedRows(). `places`: how many lie there, and how many of these are causal. `rotation`
 * and `label`: the area under the ROC curve of max(x, y), and of the label, for causal latents; none
 * where all or no latents are causal.
 */
export type CausalSummary = {
  latents: number;
  necessary: number;
  causal: number;
  labelled: number;
  labelledCausal: number;
  places: Record<Place, { latents: number; causal: number }>;
  rotation?: number;
  label?: number;
};

/** A row of turningTable() with whether the latent counts as labelled in this dictionary. */
export type PlacedRow = Pick<TurningRow, "latent" | "x" | "y" | "active" | "quadrant10"> & {
  labelled: boolean;
};

/** The rows that are counted: of active latents, and of necessary ones that fire on no example. */
export function countedRows<Row extends { latent: number; active: boolean }>(
  rows: readonly Row[],
  { latents }: Pick<DictionaryTruth, "latents">,
): Row[] {
  return rows.filter(({ active, latent }) => active || latents[latent].necessary);
}

/** Counts a dictionary: its active latents, and those that are necessary and fire on no example. */
export function causalSummary(
  rows: readonly PlacedRow[],
  { latents }: Pick<DictionaryTruth, "latents">,
): CausalSummary {
  const isCausal = ({ latent }: PlacedRow) => latents[latent].causal;
  const counted = countedRows(rows, { latents });
  const causal = counted.filter(isCausal), others = counted.filter((row) => !isCausal(row));
  const places = Object.fromEntries(PLACES.map((place) => {
    const there = (row: PlacedRow) => placeOf(row.quadrant10) === place;
    return [place, {
      latents: counted.filter(there).length,
      causal: causal.filter(there).length,
    }];
  })) as CausalSummary["places"];
  const area = (score: (row: PlacedRow) => number) => auc(causal.map(score), others.map(score));
  const ranked = causal.length > 0 && others.length > 0;
  return {
    latents: counted.length,
    necessary: counted.filter(({ latent }) => latents[latent].necessary).length,
    causal: causal.length,
    labelled: counted.filter(({ labelled }) => labelled).length,
    labelledCausal: causal.filter(({ labelled }) => labelled).length,
    places,
    ...(ranked && {
      rotation: area(({ x, y }) => Math.max(x, y)),
      label: area(({ labelled }) => labelled ? 0 : 1),
    }),
  };
}

/** For each latent whether DF or MF has it so. */
export function inEither<Truth>(
  { dictionaries }: { dictionaries: Readonly<Record<string, { latents: readonly Truth[] }>> },
  has: (truth: Truth) => boolean,
): boolean[] {
  const [DF, MF] = LABELLING.map((stage) => dictionaries[stage].latents);
  return DF.map((truth, latent) => has(truth) || has(MF[latent]));
}

/**
 * Random vectors in the places of the causal latents. `called`: those that would be called causal
 * themselves. `unreached`: latents in whose place none would. `unmatched`: latents of which none does as
 * much, both in log-odds and in KL, means of the halves. `draws`: vectors in each place.
 */
export type OwnCounts = { called: Count; unreached: Count; unmatched: Count; draws: number };

/** Counts the random vectors that are like a causal latent's own rows in what they `keep`. */
export function ownCounts(truth: OwnTruth, keep: Kept): OwnCounts {
  const asked = truth.own
    .filter((draws) => draws.keep === keep && truth.latents[draws.latent].causal)
    .map(({ latent }) => placeCounts(truth, latent, keep));
  const sum = (of: "draws" | "called") => asked.reduce((total, one) => total + one[of], 0);
  const none = (of: "called" | "matching"): Count => ({
    count: asked.filter((one) => one[of] === 0).length,
    of: asked.length,
  });
  return {
    called: { count: sum("called"), of: sum("draws") },
    unreached: none("called"),
    unmatched: none("matching"),
    draws: asked[0]?.draws ?? 0,
  };
}

/** A dictionary's latents, and random vectors in their places. */
export type OwnTruth = Pick<DictionaryTruth, "floor" | "latents" | "own">;

/** Of the random vectors in the place of one latent, those that would be called causal or do as much. */
export function placeCounts(
  { floor, latents, own }: OwnTruth,
  latent: number,
  keep: Kept,
): { draws: number; called: number; matching: number } {
  const draws = own.find((one) => one.latent === latent && one.keep === keep)?.draws ?? [];
  return {
    draws: draws.length,
    called: draws.filter((one) => causalVerdict(one, floor).causal).length,
    matching: draws.filter((one) => doesAsMuch(one, latents[latent])).length,
  };
}

/** Whether one lowers log-odds and KL at least as far as the other. */
function doesAsMuch(one: JudgedEffect, other: JudgedEffect): boolean {
  const change = ({ halves: [a, b] }: JudgedEffect, of: "logOdds" | "KL") => a[of] + b[of];
  return (["logOdds", "KL"] as const).every((of) => change(one, of) <= change(other, of));
}

/** Sums over dictionaries, and the spread of both areas over those that have one. */
export type PooledSummary =
  & Omit<CausalSummary, "rotation" | "label">
  & { dictionaries: number; rotation?: Spread; label?: Spread };

/** Several dictionaries together: of other seeds, models or corpora. Throws on none. */
export function pooledSummary(all: readonly CausalSummary[]): PooledSummary {
  if (all.length === 0) {
    throw new RangeError(
      "Cannot pool dictionaries: expected at least one but found none: pass summaries",
    );
  }
  const sum = (of: (one: CausalSummary) => number) =>
    all.reduce((total, one) => total + of(one), 0);
  const areas = (of: "rotation" | "label") => {
    const found = all.flatMap((one) => one[of] ?? []);
    return found.length > 0 && { [of]: spread(found) };
  };
  return {
    dictionaries: all.length,
    latents: sum(({ latents }) => latents),
    necessary: sum(({ necessary }) => necessary),
    causal: sum(({ causal }) => causal),
    labelled: sum(({ labelled }) => labelled),
    labelledCausal: sum(({ labelledCausal }) => labelledCausal),
    places: Object.fromEntries(PLACES.map((place) => [place, {
      latents: sum(({ places }) => places[place].latents),
      causal: sum(({ places }) => places[place].causal),
    }])) as CausalSummary["places"],
    ...areas("rotation"),
    ...areas("label"),
  };
}

/** What an order leaves at a size; the first draw of a random one. */
export function pointOf(
  { curve }: Pick<DictionarySets, "curve">,
  order: OrderName,
  size: number,
): SetPoint | undefined {
  return curve.find((point) => point.order === order && point.size === size);
}
