/**
 * Rows as a table in a notebook: HTML for the reader, the rows themselves for front ends that sort
 * and filter, aligned text for everything else.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { tableBundle } from "./table.ts";
 * const { "text/plain": text } = tableBundle([{ stage: "S", fires: "12" }, { stage: "DF", fires: "7" }]);
 * assertEquals(text, "stage  fires\nS      12\nDF     7");
 * ```
 * @module
 */
import { exactly, expectForm, maybe, text } from "../../io/form.ts";
import { show } from "../../io/show.ts";
import { visible } from "../../io/visible.ts";
import { largest } from "../../numerics/numbers.ts";
import { displaying, type MimeBundle } from "./displaying.ts";
import { between } from "./html.ts";

/** What a cell holds; nothing shows as an empty one. */
export type TableCell = string | number | bigint | boolean | null | undefined;

/** A cell by column. The columns are those of all rows, in the order in which they come. */
export type TableRow = Record<string, TableCell>;

/** An object that Deno's Jupyter kernel shows as a table. */
export function displayTable(
  rows: readonly TableRow[],
  options: { caption?: string } = {},
): object {
  expectForm("show a table", options, OPTIONS);
  return displaying({}, () => tableBundle(rows, options));
}

const OPTIONS = exactly({ caption: maybe(text) });

/** The MIME bundle of a table. Throws where there is no row. */
export function tableBundle(
  rows: readonly TableRow[],
  options: { caption?: string } = {},
): MimeBundle & { "text/html": string; "text/plain": string } {
  expectForm("show a table", options, OPTIONS);
  const { caption } = options;
  if (rows.length === 0) {
    throw new RangeError(
      "Cannot show a table: expected rows but found none: look at what they were made from",
    );
  }
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const cells = rows.map((row) => columns.map((column) => visible(cellText(row[column]))));
  const names = columns.map(visible);
  const title = caption === undefined ? undefined : visible(caption);
  const head = title === undefined ? "" : `<caption>${between(title)}</caption>`;
  const line = (tag: string, texts: string[]) =>
    `<tr>${texts.map((text) => `<${tag}>${between(text)}</${tag}>`).join("")}</tr>`;
  const body = cells.map((row) => line("td", row)).join("\n");
  return {
    "text/html": `<table>${head}\n${line("th", names)}\n${body}\n</table>`,
    "application/vnd.dataresource+json": dataResource(rows, columns),
    "text/plain": [...(title === undefined ? [] : [title]), ...alignedLines([names, ...cells])]
      .join("\n"),
  };
}

/** The rows in the form in which Deno's kernel shows data frames: a table schema and the data. */
function dataResource(rows: readonly TableRow[], columns: string[]): Record<string, unknown> {
  const plain = (cell: TableCell) => typeof cell === "bigint" ? `${cell}` : cell ?? null;
  return {
    data: rows.map((row) =>
      Object.fromEntries(columns.map((column) => [column, plain(row[column])]))
    ),
    schema: { fields: columns.map((name) => ({ name, type: typeOf(rows.map((r) => r[name])) })) },
  };
}

function typeOf(cells: TableCell[]): "string" | "number" | "boolean" {
  const types = new Set(cells.filter((cell) => cell != null).map((cell) => typeof cell));
  const [type] = types;
  return types.size === 1 && (type === "number" || type === "boolean") ? type : "string";
}

/** Fractions as readers want them, to four digits; the data resource has all of them. */
function cellText(cell: TableCell): string {
  if (typeof cell === "number" && !Number.isInteger(cell)) return `${Number(cell.toPrecision(4))}`;
  return typeof cell === "object" && cell !== null ? show(cell) : `${cell ?? ""}`;
}

/** Lines of texts in columns, two spaces apart. */
export function alignedLines(lines: string[][]): string[] {
  const widths = lines[0].map((_, i) => largest(lines.map((line) => line[i].length)));
  return lines.map((line) => line.map((text, i) => text.padEnd(widths[i])).join("  ").trimEnd());
}
