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

Deno.test("crosscodersFindings() leave open at how many sites latents live where untrained ones do too", () => {
  const alike = crosscodersFindings(syntheticResults())[7];
  assertEquals(alike.verdict, "undecided");
  assertStringIncludes(alike.text, "of the frozen decoder, which keeps them, 2 of 3 do");
  assertEquals(verdicts({ several: { frozen_decoder: 1 } })[7], "replicated");
  assertEquals(verdicts({ several: { batchtopk: 1 } })[7], "not replicated");
});

Deno.test("crosscodersFindings() say how much less a cosine of 0.7 tells, and what the paper claims", () => {
  const run = syntheticResults({ recall: { batchtopk: 8, topk_auxk: 4, soft_frozen_decoder: 6 } });
  const [, tells, matches] = crosscodersFindings(run);
  assertStringIncludes(
    tells.text,
    "At 0.7, which a soft-frozen decoder can reach: BatchTopK 80 ± 0 %; TopK, AuxK 40 ± 0 %; soft-frozen decoder 60 ± 0 %.",
  );
  assertStringIncludes(matches.text, "interpretability, probing and editing, which is not tested");
  assertStringIncludes(matches.text, "a random vector at each of 3");
});

Deno.test("crosscoders' section says what was changed after the predictions", () => {
  const text = JSON.stringify(section(syntheticResults(), []));
  for (const words of ["L1 on planted rows (0.5, then 2)", "0.05 and 0.015"]) {
    assertStringIncludes(text, words);
  }
  for (const name of ["beatL1", "severalSites"] as const) {
    assertStringIncludes(PREDICTIONS[name].rule, "amended after the first runs");
  }
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
  const subtitles = JSON.stringify(FIGURES.map((figure) => figure.draw(run, {}).spec));
  assertStringIncludes(
    subtitles,
    "Recipes fire 2.0 (JumpReLU, tanh) to 2.0 (frozen encoder) latents a row.",
  );
  assert(section(run, []).length > 4);
});

Deno.test("tableRows() of the crosscoders has a row a recipe and the control", () => {
  const [head, ...rows] = tableRows([syntheticResults({ recall: { batchtopk: 8 } })]);
  assertEquals([head.length, rows.length], [4, 9]);
  assertEquals(rows[2], ["BatchTopK", "0.163 ± 0.000 at 16.1", "80 ± 0 %", "80 ± 0 %"]);
  assertEquals(rows[8].slice(0, 3), ["random dictionary", "–", "0 ± 0 %"]);
});
