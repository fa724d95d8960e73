/**
 * A table as a figure: rows of words and numbers set in columns, words to the left and numbers to
 * the right.
 *
 * ```ts
 * import { assertStringIncludes } from "@std/assert";
 * import { renderSvg } from "./render.ts";
 * import { tableFigure } from "./table_figure.ts";
 * const spec = tableFigure([["layer", "share"], ["0", "0.32"], ["1", "0.50"]], { title: "Excess" });
 * assertStringIncludes(await renderSvg(spec), "0.50");
 * ```
 * @module
 */
import { exactly, expectForm, list, maybe, text, whole } from "../io/form.ts";
import { frame, INK, type Spec } from "./theme.ts";

/** Words of a table that is a figure. */
export type TableFigureOptions = {
  title: string;
  subtitle?: string[];
  /** Columns beside the first that hold words, counted from 0. */
  words?: number[];
};

const OPTIONS = exactly({
  title: text,
  subtitle: maybe(list(text)),
  words: maybe(list(whole(0))),
});

/** Sizes in pixels: of a row, of the letters, and between two columns. */
const ROW = 24, FONT = 14, GAP = 28;

/** Pixels of a letter of DejaVu Sans, on the average of numbers and words, at that size. */
const LETTER = 8.6;

/** Rows of cells, the head first, → spec. Throws on no row, and on rows of unlike lengths. */
export function tableFigure(
  rows: readonly (readonly string[])[],
  options: TableFigureOptions,
): Spec {
  const action = "draw a table";
  expectForm(action, rows, list(list(text, { least: 1 }), { least: 2 }), "pass a head and rows");
  const { title, subtitle, words = [] } = expectForm(
    action,
    options,
    OPTIONS,
  ) as TableFigureOptions;
  const columns = rows[0].length;
  const unlike = rows.findIndex((row) => row.length !== columns);
  if (unlike >= 0) {
    throw new RangeError(
      `Cannot ${action}: expected ${columns} cells in each row but found ${
        rows[unlike].length
      } in row ` +
        `${unlike}: fill it up with empty texts`,
    );
  }
  const widths = rows[0].map((_, column) =>
    rows.reduce((most, row) => Math.max(most, LETTER * row[column].length), 0)
  );
  const ends = widths.map((_, column) =>
    widths.slice(0, column + 1).reduce((sum, width) => sum + width, GAP * column)
  );
  const cells = rows.flatMap((row, line) =>
    row.map((cell, column) => {
      const left = column === 0 || words.includes(column);
      const x = left ? ends[column] - widths[column] : ends[column];
      return { x, y: ROW * (line + 0.5), cell, head: line === 0, left };
    })
  );
  const width = Math.ceil(ends.at(-1)!), height = ROW * rows.length;
  const marks = (left: boolean, head: boolean) => ({
    transform: [{ filter: `datum.left === ${left} && datum.head === ${head}` }],
    mark: {
      type: "text",
      align: left ? "left" : "right",
      baseline: "middle",
      fontSize: FONT,
      fontWeight: head ? "bold" : "normal",
      color: INK,
    },
    encoding: {
      x: { field: "x", type: "quantitative", scale: { domain: [0, width] }, axis: null },
      y: {
        field: "y",
        type: "quantitative",
        scale: { domain: [0, height], reverse: true },
        axis: null,
      },
      text: { field: "cell", type: "nominal" },
    },
  });
  return frame({
    data: { values: cells },
    layer: [true, false].flatMap((left) => [true, false].map((head) => marks(left, head))),
  }, { title, subtitle, width, height });
}
