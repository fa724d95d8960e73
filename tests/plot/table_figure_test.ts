import { assertEquals, assertThrows } from "@std/assert";
import { renderSvg } from "../../lib/plot/render.ts";
import { tableFigure } from "../../lib/plot/table_figure.ts";

const ROWS = [["layer", "share"], ["first <b>", "0.32"], ["second", "0.50"]];

Deno.test("tableFigure() shows every cell once, the head above the rows", async () => {
  const svg = await renderSvg(tableFigure(ROWS, { title: "Excess", subtitle: ["by layer"] }));
  const found = [...svg.matchAll(/<text[^>]*translate\(([\d.]+),([\d.]+)\)[^>]*>([^<]*)<\/text>/g)];
  const cells = found.filter(([, , , text]) =>
    ROWS.flat().includes(text.replaceAll("&lt;", "<").replaceAll("&gt;", ">"))
  );
  assertEquals(cells.length, 6);
  const y = (text: string) => Number(cells.find(([, , , cell]) => cell === text)![2]);
  assertEquals(y("layer") < y("0.32") && y("0.32") < y("second"), true);
  assertEquals(y("share"), y("layer"));
});

Deno.test("tableFigure() refuses a ragged table, and one without rows", () => {
  assertThrows(
    () => tableFigure([["a", "b"], ["c"]], { title: "" }),
    RangeError,
    "2 cells in each row but found 1 in row 1",
  );
  assertThrows(() => tableFigure([["a"]], { title: "" }), RangeError, "Cannot draw a table");
});
