/**
 * Rows as a table in a notebook: HTML for the reader, aligned text for everything else.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { tableBundle } from "./display_table.ts";
 * const { "text/plain": text } = tableBundle([{ stage: "S", fires: "12" }, { stage: "DF", fires: "7" }]);
 * assertEquals(text, "stage  fires\nS      12\nDF     7");
 * ```
 * @module
 */
import { exactly, expectForm, maybe, text } from "../io/form.ts";
import { show } from "../io/show.ts";
import { visible } from "../io/visible.ts";
import { largest } from "../numerics/numbers.ts";
import { DISPLAY, type MimeBundle } from "./display.ts";

/** What a cell holds; nothing shows as an empty one. */
export type TableCell = string | number | bigint | boolean | null | undefined;

/** A cell by column. The columns are those of all rows, in the order in which they come. */
export type TableRow = Record<string, TableCell>;

/** An object that Deno's Jupyter kernel shows as a table. */
export function displayTable(
  rows: readonly TableRow[],
  options: { caption?: string } = {},
): { [DISPLAY]: () => MimeBundle } {
  expectForm("show a table", options, OPTIONS);
  return { [DISPLAY]: () => tableBundle(rows, options) };
}

const OPTIONS = exactly({ caption: maybe(text) });

/** The MIME bundle of a table. Throws where there is no row. */
export function tableBundle(
  rows: readonly TableRow[],
  options: { caption?: string } = {},
): MimeBundle & { "text/plain": string } {
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
  const head = title === undefined ? "" : `<caption>${escape(title)}</caption>`;
  const line = (tag: string, texts: string[]) =>
    `<tr>${texts.map((text) => `<${tag}>${escape(text)}</${tag}>`).join("")}</tr>`;
  const body = cells.map((row) => line("td", row)).join("\n");
  return {
    "text/html": `<table>${head}\n${line("th", names)}\n${body}\n</table>`,
    "text/plain": [...(title === undefined ? [] : [title]), ...aligned([names, ...cells])]
      .join("\n"),
  };
}

function cellText(cell: TableCell): string {
  return typeof cell === "object" && cell !== null ? show(cell) : `${cell ?? ""}`;
}

function aligned(lines: string[][]): string[] {
  const widths = lines[0].map((_, i) => largest(lines.map((line) => line[i].length)));
  return lines.map((line) => line.map((text, i) => text.padEnd(widths[i])).join("  ").trimEnd());
}

const ENTITIES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };

function escape(text: string): string {
  return text.replace(/[&<>]/g, (character) => ENTITIES[character]);
}
