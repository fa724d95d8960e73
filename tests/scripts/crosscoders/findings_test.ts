import { assert, assertAlmostEquals, assertEquals, assertStringIncludes } from "@std/assert";
import { crosscodersFindings, pairsAtEqualBits } from "../../../scripts/crosscoders/findings.ts";
import { PREDICTIONS } from "../../../scripts/crosscoders/predictions.ts";
import { FIGURES } from "../../../scripts/crosscoders/figures/mod.ts";
import { tableRows } from "../../../scripts/crosscoders/table.ts";
import { section } from "../../../scripts/crosscoders/section.ts";
import { syntheticResults } from "../../crosscoder/run/synthetic_results.ts";

const verdicts = (...options: Parameters<typeof syntheticResults>) =>
  crosscodersFindings(syntheticResults(...options)).map(({ verdict }) => verdict);

Deno.test("crosscodersFindings() say whether dictionaries find what they explain", () => {
  // 71 % explained and nothing found is the published case; 3 of 10 found is nearly so, 6 of 10 is not.
  assertEquals(verdicts()[0], "replicated");
  assertEquals(verdicts({ recall: { batchtopk: 3 } })[0], "in part");
  assertEquals(verdicts({ recall: { batchtopk: 6 } })[0], "not replicated");
});

Deno.test("crosscodersFindings() hold frozen dictionaries against trained ones", () => {
  const frozen = { frozen_decoder: 0.4, frozen_encoder: 0.4 };
  const recall = { batchtopk: 8, soft_frozen_decoder: 7 };
  const [, tells, matches] = verdicts({ penalty: frozen, recall });
  assertEquals([tells, matches], ["in part", "in part"]);
  const all = { ...frozen, soft_frozen_decoder: 0.4 };
  assertEquals(verdicts({ penalty: all, recall: { batchtopk: 8 } }).slice(1, 3), [
    "replicated",
    "not replicated",
  ]);
});

Deno.test("crosscodersFindings() call a random dictionary that finds features by its name", () => {
  assertEquals(verdicts()[3], "replicated");
  assertEquals(verdicts({ recall: { random: 1 } })[3], "not replicated");
});

Deno.test("crosscodersFindings() compare recipes at equal bits", () => {
  const penalty = { l1: 0.1 };
  assertEquals(verdicts({ penalty })[5], "replicated");
  assertEquals(verdicts({ penalty: { l1: 0.1, batchtopk: 0.2 } })[5], "in part");
  for (const [ours, l1] of pairsAtEqualBits(syntheticResults({ penalty }), "batchtopk", "l1")) {
    assertAlmostEquals(l1 - ours, 0.1, 1e-12);
  }
});

Deno.test("crosscodersFindings() leave open what has no bits in common", () => {
  const run = syntheticResults({ penalty: { l1: 0.1 } });
  const far = run.coders.map((coder) =>
    coder.recipe === "batchtopk" ? { ...coder, bits: coder.bits + 1e4 } : coder
  );
  const { verdict, text } = crosscodersFindings({ ...run, coders: far })[5];
  assertEquals(verdict, "undecided");
  assertStringIncludes(text, "BatchTopK has no bits in common with L1");
});

Deno.test("crosscodersFindings() has one finding a prediction", () => {
  const claims = crosscodersFindings(syntheticResults()).map(({ claim }) => claim);
  const predicted = Object.values(PREDICTIONS).map(({ claim }) => claim);
  assertEquals(claims.toSorted(), predicted.toSorted());
});

Deno.test("every figure of the crosscoders draws results and has numbers", () => {
  const run = syntheticResults({ recall: { batchtopk: 8 } });
  for (const figure of FIGURES) {
    const { spec, lines } = figure.draw(run, {});
    assert(lines.length > 0, figure.id);
    assertStringIncludes(JSON.stringify(spec), figure.title);
    assert(figure.id.startsWith("crosscoders-"));
  }
  assert(section(run, []).length > 4);
});

Deno.test("tableRows() of the crosscoders has a row a recipe and the control", () => {
  const [head, ...rows] = tableRows([syntheticResults({ recall: { batchtopk: 8 } })]);
  assertEquals([head.length, rows.length], [4, 9]);
  assertEquals(rows[2], ["BatchTopK", "0.163 ± 0.000 at 16.1", "80 ± 0 %", "80 ± 0 %"]);
  assertEquals(rows[8].slice(0, 3), ["random dictionary", "–", "0 ± 0 %"]);
});
