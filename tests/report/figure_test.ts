import { assertEquals } from "@std/assert";
import { figureBlocks, numberBlocks, type ReportedFigure } from "../../lib/report/figure.ts";
import { numberLine } from "../../lib/report/line.ts";

const FIGURE: ReportedFigure = {
  id: "toy-dots",
  title: "Dots",
  caption: "One dot a point.",
  numbers: "Places",
  lines: [numberLine("x", 1)],
  pictures: [
    { id: "toy-dots" },
    { id: "toy-dots-K5", about: "K = 5" },
    { id: "toy-dots-table", caption: "The same as a table." },
  ],
  notes: ["no glyph"],
};

Deno.test("figureBlocks() shows every picture with its caption, and what is to be said below the first", () => {
  assertEquals(figureBlocks([FIGURE]), [
    {
      kind: "figure",
      id: "toy-dots",
      caption: "One dot a point.",
      title: "Dots",
      lines: FIGURE.lines,
    },
    { kind: "text", text: "In the PNG: no glyph." },
    { kind: "figure", id: "toy-dots-K5", caption: "One dot a point: K = 5." },
    { kind: "figure", id: "toy-dots-table", caption: "The same as a table." },
  ]);
});

Deno.test("a figure that could not be drawn is a sentence, and has no numbers", () => {
  const failed = { ...FIGURE, error: "no data", lines: [], pictures: [] };
  const text = "The figure toy-dots could not be drawn: no data";
  assertEquals(figureBlocks([failed]), [{ kind: "failure", text }]);
  assertEquals(numberBlocks([failed]), []);
});

Deno.test("numberBlocks() holds the lines of figures that name a heading, folded", () => {
  const { lines } = FIGURE;
  const others = { ...FIGURE, numbers: undefined };
  assertEquals(numberBlocks([FIGURE, others]), [
    { kind: "lines", title: "Places", lines, folded: true },
  ]);
});
