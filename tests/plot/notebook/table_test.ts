import { assert, assertEquals, assertThrows } from "@std/assert";
import { displayTable, tableBundle } from "../../../lib/plot/notebook/table.ts";

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
  const shown = displayTable(ROWS) as unknown as Record<symbol, () => unknown>;
  assertEquals(shown[Symbol.for("Jupyter.display")](), tableBundle(ROWS));
});

Deno.test("tableBundle() shows numbers, nothing for what is missing, and every row's columns", () => {
  const rows = [{ latent: 5, on: true }, { latent: 1e21, last: 7n }, {
    latent: null,
    on: undefined,
  }];
  assertEquals(
    tableBundle(rows)["text/plain"],
    "latent  on    last\n5       true\n1e+21         7\n",
  );
  const html = tableBundle(rows)["text/html"] as string;
  assert(html.includes("<tr><td>1e+21</td><td></td><td>7</td></tr>"), html);
});

Deno.test("tableBundle() holds the rows themselves, with the type of each column", () => {
  const rows = [{ latent: 5, on: true, sum: 2n ** 70n }, { latent: null, name: "x", on: false }];
  assertEquals(tableBundle(rows)["application/vnd.dataresource+json"], {
    data: [
      { latent: 5, on: true, sum: "1180591620717411303424", name: null },
      { latent: null, on: false, sum: null, name: "x" },
    ],
    schema: {
      fields: [
        { name: "latent", type: "number" },
        { name: "on", type: "boolean" },
        { name: "sum", type: "string" },
        { name: "name", type: "string" },
      ],
    },
  });
});

Deno.test("tableBundle() shows fractions to four digits, and holds all of them", () => {
  const bundle = tableBundle([{ x: 1 / 3, n: 1234567 }]);
  assertEquals(bundle["text/plain"], "x       n\n0.3333  1234567");
  const { data } = bundle["application/vnd.dataresource+json"] as { data: unknown[] };
  assertEquals(data, [{ x: 1 / 3, n: 1234567 }]);
});

Deno.test("tableBundle() lets no text of others move the cursor or become markup", () => {
  const bundle = tableBundle([{ "a\x1b[2J": "<script>\x07\u202e\n|" }], { caption: "\x9b1m" });
  assertEquals(bundle["text/plain"], "⟨U+009B⟩1m\na␛[2J\n<script>␇⟨U+202E⟩⏎|");
  assert((bundle["text/html"] as string).includes("<td>&lt;script&gt;␇⟨U+202E⟩⏎|</td>"));
});
