import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { htmlReport } from "../../lib/report/html/page.ts";
import { markdownReport, markdownTable, spliced } from "../../lib/report/markdown.ts";

Deno.test("markdownReport() keeps addresses, entities and formulas from being read as such", () => {
  const section = {
    id: "a",
    title: "A",
    about: {},
    blocks: [{ kind: "text" as const, text: "https://a.b www.c.d x@y $1$ &lt; D & DF" }],
  };
  assertStringIncludes(
    markdownReport("R", [section]),
    "https\\://a.b www\\.c.d x\\@y \\$1\\$ \\&lt; D & DF",
  );
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
      what: "latent",
      none: "never",
      rows: [{ heading: "#1", columns: { DF: [{ before: "<b>*", token: " |", after: "\n" }] } }],
    }],
  };
  assertStringIncludes(markdownReport("R", [section]), "| \\#1 | \\<b\\>\\*\\[ \\|\\]⏎ |");
  assertStringIncludes(htmlReport("R", [section], {}), "&lt;b&gt;*<mark> |</mark>⏎");
});

Deno.test("spliced() fills the place of one table and leaves all else as it was", () => {
  const text = "a\n<!-- x:begin -->\nold\n<!-- x:end -->\nb\n<!-- y:begin --><!-- y:end -->\n";
  const table = markdownTable([["", "paper"], ["L0", "14"]]);
  assertEquals(table, "|  | paper |\n| --- | --- |\n| L0 | 14 |");
  const once = spliced(text, "x", table);
  assertEquals(
    once,
    `a\n<!-- x:begin -->\n\n${table}\n\n<!-- x:end -->\nb\n<!-- y:begin --><!-- y:end -->\n`,
  );
  assertEquals(spliced(once, "x", table), once);
});

Deno.test("spliced() refuses a text whose marks are missing, doubled or turned around", () => {
  const [begin, end] = ["<!-- x:begin -->", "<!-- x:end -->"];
  const texts = [
    "",
    begin,
    end,
    `${end}${begin}`,
    `${begin}${begin}${end}`,
    `${begin}${end}${end}`,
  ];
  for (const text of texts) {
    assertThrows(() => spliced(text, "x", "new"), Error, "Cannot fill the place of x: expected");
  }
});
