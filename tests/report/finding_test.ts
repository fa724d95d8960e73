import { assertEquals, assertFalse, assertStringIncludes } from "@std/assert";
import { predicted, verdictOf, verdictOfAsked } from "../../lib/report/finding.ts";
import { htmlReport } from "../../lib/report/html/page.ts";
import { markdownReport } from "../../lib/report/markdown.ts";
import { spoken, summary } from "../../lib/report/summary.ts";

const PREDICTION = {
  claim: "A < B",
  rule: "the share is below 5 %: asked of <A> and of B",
  expected: "replicated",
  why: "it always was",
} as const;

const sectionOf = (verdict: "replicated" | "in part") => ({
  id: "toy",
  title: "Toy",
  about: {},
  blocks: [{
    kind: "findings" as const,
    findings: [predicted(PREDICTION, { verdict, text: "3 % here." })],
  }],
});

Deno.test("verdictOf() is in part where some cases hold", () => {
  assertEquals([[], [true], [true, false], [false]].map(verdictOf), [
    "undecided",
    "replicated",
    "in part",
    "not replicated",
  ]);
});

Deno.test("verdictOfAsked() counts a case that cannot be asked as one that does not hold", () => {
  const cases = [[undefined, undefined], [undefined, true], [undefined, false], [true, true]];
  assertEquals(cases.map(verdictOfAsked), [
    "undecided",
    "in part",
    "not replicated",
    "replicated",
  ]);
});

Deno.test("predicted() keeps that a question is our own", () => {
  const ruling = { verdict: "replicated", text: "" } as const;
  assertEquals(predicted({ ...PREDICTION, own: true }, ruling).own, true);
  assertFalse("own" in predicted(PREDICTION, ruling));
});

Deno.test("findings have a heading of their own where they are about no paper", () => {
  const { blocks: [block], ...section } = sectionOf("replicated");
  for (const title of [undefined, "The result"]) {
    const own = { ...section, blocks: [{ ...block, ...(title && { title }) }] };
    for (const report of [htmlReport("R", [own], {}), markdownReport("R", [own])]) {
      assertStringIncludes(report, title ?? "Paper and here");
      assertEquals(report.includes("Paper and here"), title === undefined);
    }
  }
});

Deno.test("a report shows what was predicted, and folds the rule that decided", () => {
  const [right, wrong] = [sectionOf("replicated"), sectionOf("in part")];
  for (const report of [htmlReport("R", [right], {}), markdownReport("R", [right])]) {
    assertStringIncludes(report, "3 % here. As predicted, since it always was.");
    assertStringIncludes(report, "<details><summary>rule</summary>the share is below 5 %");
    assertFalse(report.includes("<A>"));
  }
  assertStringIncludes(
    markdownReport("R", [wrong]),
    "3 % here. Predicted before the run: replicated, since it always was.",
  );
});

Deno.test("summary() carries rule and expectation beside the verdict; a terminal stays short", () => {
  const { toy } = summary([sectionOf("in part")]) as { toy: { findings: unknown[] } };
  assertEquals(toy.findings, [{ ...PREDICTION, verdict: "in part", text: "3 % here." }]);
  assertEquals(spoken(sectionOf("in part")).slice(3), [
    "  A < B: in part (predicted: replicated)",
    "    3 % here.",
  ]);
  assertEquals(spoken(sectionOf("replicated"))[3], "  A < B: replicated, as predicted");
});
