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

Deno.test("tableFigure() sets columns of words to the left, all others to the right", async () => {
  const rows = [["a", "text", "1"], ["b", "x", "22"]];
  const anchors = async (words?: number[]) => {
    const svg = await renderSvg(tableFigure(rows, { title: "T", words }));
    return ["b", "x", "22"].map((cell) =>
      new RegExp(`<text [^>]*text-anchor="(\\w+)"[^>]*>${cell}</text>`).exec(svg)?.[1]
    );
  };
  assertEquals(await anchors(), ["start", "end", "end"]);
  assertEquals(await anchors([1]), ["start", "start", "end"]);
});

Deno.test("tableFigure() refuses a ragged table, and one without rows", () => {
  assertThrows(
    () => tableFigure([["a", "b"], ["c"]], { title: "" }),
    RangeError,
    "2 cells in each row but found 1 in row 1",
  );
  assertThrows(() => tableFigure([["a"]], { title: "" }), RangeError, "Cannot draw a table");
});
