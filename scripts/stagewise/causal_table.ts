/** The rows on cause of the table in README.md: a column a run, and all of them together. @module */
import {
  type CausalSummary,
  pointOf,
  type PooledSummary,
  pooledSummary,
} from "../../lib/diff/causal/summary.ts";
import type { Judged } from "../../lib/diff/stored/causal_results.ts";
import type { Count } from "../../lib/numerics/counts.ts";
import { median } from "../../lib/numerics/statistics.ts";
import { shareText } from "../../lib/report/line.ts";
import { DICTIONARIES, type DictionaryName, summaryOf } from "./lines/causal.ts";
import type { StagewiseResults } from "./results.ts";

/** A row: its name, what one run has, what all have together. */
type Row = {
  name: string;
  one(run: StagewiseResults): string;
  all(runs: readonly StagewiseResults[]): string;
};

/** Rows of the name, nothing published, a cell a run; of several runs one more, the last. */
export function causalRows(runs: readonly StagewiseResults[]): string[][] {
  const asked = runs.filter(({ causal }) => causal !== undefined);
  if (asked.length === 0) return [];
  return ROWS.map(({ name, one, all }) => [
    name,
    "–",
    ...runs.map((run) => run.causal ? one(run) : "–"),
    ...(runs.length > 1 ? [all(asked)] : []),
  ]);
}

const ROWS: Row[] = [
  pooled("causal latents of DF and MF", ({ causal: count, latents: of }) => ({ count, of })),
  pooled("of them at the bottom left, p = 10 over active", ({ causal, places: { both } }) => ({
    count: both.causal,
    of: causal,
  })),
  pooled("labelled latents of DF and MF that are causal", (summary) => ({
    count: summary.labelledCausal,
    of: summary.labelled,
  })),
  area("AUC of max(x, y) for causal latents, mean (least to most)", "rotation"),
  area("AUC of the label for causal latents, mean (least to most)", "label"),
  ...DICTIONARIES.flatMap((dictionary) => [1, 2].map((size) => payloadRow(dictionary, size))),
  ...DICTIONARIES.map(cleanRow),
];

function summaries(runs: readonly StagewiseResults[]): CausalSummary[] {
  return runs.flatMap((run) => DICTIONARIES.map((name) => summaryOf(run, name)));
}

function pooled(name: string, count: (summary: PooledSummary) => Count): Row {
  const all = (runs: readonly StagewiseResults[]) =>
    shareText(count(pooledSummary(summaries(runs))));
  return { name, one: (run) => all([run]), all };
}

function area(name: string, of: "rotation" | "label"): Row {
  const all = (runs: readonly StagewiseResults[]) => {
    const spread = pooledSummary(summaries(runs))[of];
    if (spread === undefined) return "–";
    const [mean, min, max] = [spread.mean, spread.min, spread.max].map((x) => x.toFixed(2));
    return `${mean} (${min} to ${max})`;
  };
  return { name, one: (run) => all([run]), all };
}

/** What the first latents of the greedy order leave; of several runs the counts added up. */
function payloadRow(dictionary: DictionaryName, size: number): Row {
  const all = (runs: readonly StagewiseResults[]) => {
    const found = runs.flatMap((run) => greedy(run, dictionary, size)?.payload ?? []);
    const sum = (of: keyof Count) => found.reduce((total, count) => total + count[of], 0);
    return found.length === 0 ? "–" : shareText({ count: sum("count"), of: sum("of") });
  };
  const latents = size === 1 ? "1 latent" : `${size} latents`;
  return { name: `payloads left, ${latents} of ${dictionary}`, one: (run) => all([run]), all };
}

function cleanRow(dictionary: DictionaryName): Row {
  const all = (runs: readonly StagewiseResults[]) => {
    const found = runs.flatMap((run) => greedy(run, dictionary, 2)?.clean ?? []);
    return found.length === 0 ? "–" : median(found).toFixed(4);
  };
  return {
    name: `rise of clean loss, 2 latents of ${dictionary}, nats a token (median)`,
    one: (run) => all([run]),
    all,
  };
}

function greedy(
  { causal }: StagewiseResults,
  dictionary: DictionaryName,
  size: number,
): Judged | undefined {
  return causal && pointOf(causal.sets[dictionary], "greedy", size)?.judged;
}
