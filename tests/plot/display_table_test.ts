import { assert, assertEquals, assertThrows } from "@std/assert";
import { displayTable, tableBundle } from "../../lib/plot/display_table.ts";

const ROWS = [{ stage: "S", text: "a <b> & c" }, { stage: "DF", text: "" }];

Deno.test("tableBundle() escapes HTML and keeps every cell", () => {
  const html = tableBundle(ROWS, { caption: "x < y" })["text/html"] as string;
  assert(html.includes("<caption>x &lt; y</caption>"));
  assert(html.includes("<tr><th>stage</th><th>text</th></tr>"));
  assert(html.includes("<tr><td>S</td><td>a &lt;b&gt; &amp; c</td></tr>"));
  assert(html.includes("<tr><td>DF</td><td></td></tr>"));
});

Deno.test("tableBundle() aligns its text under the caption", () => {
  assertEquals(
    tableBundle(ROWS, { caption: "latent 3" })["text/plain"],
    "latent 3\nstage  text\nS      a <b> & c\nDF",
  );
});

Deno.test("tableBundle() throws without rows", () => {
  assertThrows(() => tableBundle([]), RangeError, "expected rows but found none");
});

Deno.test("displayTable() answers Deno's Jupyter kernel with the bundle", () => {
  const shown = displayTable(ROWS) as Record<symbol, () => unknown>;
  assertEquals(shown[Symbol.for("Jupyter.display")](), tableBundle(ROWS));
});
