/** Scores of methods over seeds. @module */
import { bootstrapInterval } from "../../numerics/bootstrap.ts";
import { spread } from "../../numerics/statistics.ts";
import type { Cell, Filtered, ListTruth } from "./cell.ts";
import { logK, MAIN_FILTER } from "./decision.ts";
import { closedBy, closedSoon } from "./list_score.ts";
import type { PairName } from "./pairs.ts";

/** A mean over seeds with its bootstrap interval of 95 %, seeds drawn again. */
export type Mean = { mean: number; low: number; high: number; n: number };

/** The mean of one value a seed; all NaN of none. */
export function meanOf(values: readonly number[]): Mean {
  const n = values.length, mean = values.reduce((sum, x) => sum + x, 0) / n;
  if (n === 0) return { mean: NaN, low: NaN, high: NaN, n };
  const [low, high] = bootstrapInterval([values.map((_, i) => i)], (weights) => {
    return values.reduce((sum, x, i) => sum + weights[i] * x, 0) / n;
  }, { seed: 0, resamples: 2000 });
  return { mean, low, high, n };
}

/** A list's curve under a filter of own clean cost; `most` null: the list as it is. Throws on another. */
export function filteredBy(
  { filters }: Pick<ListTruth, "filters">,
  most: number | null,
): Filtered {
  const found = filters.find((filter) => filter.most === most);
  if (found) return found;
  throw new Error(
    `Cannot read a list at a filter of ${most}: expected one of ${
      filters.map(({ most }) => String(most)).join(", ")
    }: put the cells together again`,
  );
}

/** The least k under a filter, the main one by default. */
export function kOf(
  truth: Pick<ListTruth, "filters">,
  most: number | null = MAIN_FILTER,
): number | null {
  return filteredBy(truth, most).k;
}

/** The share of the KL gap that a list closes soon, under the main filter. */
export function soonOf(truth: Pick<ListTruth, "filters" | "gap">): number {
  return closedSoon(filteredBy(truth, MAIN_FILTER).curve, truth);
}

/**
 * A list that stops a backdoor may have broken the answer in place of repairing it: heads that close this
 * share of the KL gap are told apart. Chosen after a look at the first ten seeds; it decides nothing.
 */
export const REPAIRED = 0.8;

/** In how many seeds a list repairs what it stops. */
export function repairedIn({ atK }: Pick<Score, "atK">): number {
  return atK.filter((share) => share !== null && share >= REPAIRED).length;
}

/**
 * A method on one backdoor of one pair, over seeds. `atK`: the share of the KL gap that is closed where the
 * backdoor is stopped, a seed a `k`. `closed`: the share that the first ten close together, under the main
 * filter, of the `n` seeds with so many, and `cleanAtTen`, what they cost on clean prompts, nats; `soon`: see
 * closedSoon. `AP`: of lists of latents, over the `n` seeds whose dictionary has a causal one; nothing of
 * vectors. `precisionAt10`, `flops`, of the list and its filter: means.
 */
export type Score = {
  pair: PairName;
  backdoor: "A" | "B";
  method: string;
  seeds: number[];
  k: (number | null)[];
  atK: (number | null)[];
  logK: Mean;
  closed: Mean;
  cleanAtTen: Mean;
  soon: Mean;
  AP?: Mean;
  precisionAt10: number;
  positives: number[];
  flops: number;
};

/** A row a method, pair and backdoor, in the order of the cells. */
export function scoresOf(cells: readonly Cell[]): Score[] {
  const groups = new Map<string, { cell: Cell; backdoor: "A" | "B"; truth: ListTruth }[]>();
  for (const cell of cells) {
    for (const backdoor of ["A", "B"] as const) {
      const truth = cell.truths[backdoor];
      if (!truth) continue;
      const key = `${cell.pair} ${backdoor} ${cell.method}`;
      groups.set(key, [...groups.get(key) ?? [], { cell, backdoor, truth }]);
    }
  }
  return [...groups.values()].map((group) => {
    const [{ cell: { pair, method }, backdoor }] = group, truths = group.map(({ truth }) => truth);
    const k = truths.map((truth) => kOf(truth));
    const known = (x: number | null) => x === null ? [] : [x];
    const curves = truths.map((truth) => filteredBy(truth, MAIN_FILTER).curve);
    return {
      pair,
      backdoor,
      method,
      k,
      atK: k.map((size, i) => size === null ? null : closedBy(curves[i], { ...truths[i], size })),
      seeds: group.map(({ cell }) => cell.seed),
      logK: meanOf(k.map(logK)),
      closed: meanOf(truths.flatMap((truth) => known(filteredBy(truth, MAIN_FILTER).closed))),
      cleanAtTen: meanOf(
        curves.flatMap((curve) =>
          curve.flatMap(({ size, effect }) => size === 10 ? [effect.clean] : [])
        ),
      ),
      soon: meanOf(truths.map((each) => soonOf(each))),
      ...(truths.every(({ kind }) => kind === "latent") && {
        AP: meanOf(truths.flatMap(({ AP }) => known(AP))),
      }),
      precisionAt10: spread(truths.map(({ precisionAt10 }) => precisionAt10)).mean,
      positives: truths.map(({ positives }) => positives),
      flops: spread(group.map(({ cell }) => cell.cost.flops + cell.filtering.flops)).mean,
    };
  });
}
