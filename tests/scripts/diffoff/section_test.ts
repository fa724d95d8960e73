// What the report and README say of a diff-off, whichever way it falls.
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { FIGURES } from "../../../scripts/diffoff/figures/mod.ts";
import { sentences } from "../../../scripts/diffoff/findings.ts";
import { PREDICTIONS } from "../../../scripts/diffoff/predictions.ts";
import { section } from "../../../scripts/diffoff/section.ts";
import { tableRows } from "../../../scripts/diffoff/table.ts";
import { renderSvg } from "../../../lib/plot/render.ts";
import { syntheticResults } from "./synthetic.ts";

const ten = Array.from({ length: 10 }, (_, i) => i);

Deno.test("the first sentence names who is ahead, who is behind, and ties", () => {
  const ahead = syntheticResults({
    seeds: ten,
    k: (name) => name.startsWith("stagewise") ? 1 : 20,
  });
  const [first, second] = sentences(ahead);
  assertStringIncludes(first.answer, "paired over 10 seeds, sign-flip test after Holm: ahead: ");
  assert(!first.answer.includes("behind") && !first.answer.includes("no difference"));
  assertStringIncludes(second.answer, "In the order of least k: Stage-wise");
  const behind = syntheticResults({
    seeds: ten,
    k: (name) => name.startsWith("stagewise") ? null : 1,
  });
  assertStringIncludes(sentences(behind)[0].answer, "Holm: behind: Stage-wise");
  const few = syntheticResults({
    seeds: [0, 1, 2],
    k: (name) => name.startsWith("stagewise") ? 1 : 20,
  });
  assertStringIncludes(sentences(few)[0].answer, "Holm: no difference that the rule counts: ");
});

Deno.test("nothing is said of cells that are not made", () => {
  const none = { ...syntheticResults(), cells: [], again: [], between: [], pairs: [] };
  for (const { answer } of sentences(none)) assert(answer.startsWith("No cell of "));
  for (const { draw } of FIGURES) draw({ ...none, detectors: [] }, {});
  for (const { outcome } of PREDICTIONS) assertEquals(outcome(none).came, undefined);
});

Deno.test("the report begins with the result, and names models that are not as they were meant", () => {
  const results = syntheticResults(), blocks = section(results, []);
  const texts = blocks.flatMap((block) => block.kind === "text" ? [block.text] : []);
  assertEquals(
    texts.slice(0, 3),
    sentences(results).map(({ question, answer }) => `${question} ${answer}`),
  );
  assertStringIncludes(texts[4], "two backdoors, seed 1: B triggered: 3 of 10");
  const missing = { ...results, missing: results.cells.slice(0, 7) };
  const said = section(missing, []).flatMap((block) => block.kind === "text" ? [block.text] : []);
  assertStringIncludes(said[3], "Not made yet: 7 cells");
  const predicted = blocks.find((block) => block.kind === "table")!;
  assertEquals(predicted.kind === "table" && predicted.rows.length, PREDICTIONS.length);
});

Deno.test("README has a row a question and a column a run", () => {
  const rows = tableRows([syntheticResults(), syntheticResults({ seeds: ten })]);
  assertEquals([rows.length, rows[0]], [4, ["", "smoke, 2 seeds", "smoke, 10 seeds"]]);
});

Deno.test("every figure is drawn of whole results", async () => {
  const results = syntheticResults();
  for (const { id, draw } of FIGURES) {
    const { spec, lines } = draw(results, {});
    for (const { spec: each } of Array.isArray(spec) ? spec : [{ spec }]) {
      assertStringIncludes(await renderSvg(each), "<svg", id);
    }
    assert(lines.every(({ name }) => name !== ""), id);
  }
});
