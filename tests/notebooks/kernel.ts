/**
 * Notebooks on Deno's Jupyter kernel, driven by a Jupyter client in Python: that of CROSSLAB_PYTHON, else of .venv.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import {
  type ExecutedCell,
  executeNotebook as execute,
  type ExecuteOptions,
} from "../../scripts/notebooks/execute.ts";
import { CHECKOUT, CLIENT, findPython } from "../../scripts/notebooks/jupyter.ts";

export { CHECKOUT, type ExecutedCell };
export const NOTEBOOKS = join(CHECKOUT, "notebooks");

/** A Python with a Jupyter client; undefined, and a word about it, where there is none. */
export async function jupyterPython(): Promise<string | undefined> {
  const python = await findPython(CLIENT);
  if (python === undefined) {
    console.log(
      "notebooks: skipped, no Jupyter client: set CROSSLAB_PYTHON to a Python with jupyter_client and nbformat",
    );
  }
  return python;
}

/** Executes a notebook of ours, every cell of which has to succeed. */
export async function executeNotebook(
  python: string,
  notebook: string,
  options: ExecuteOptions,
): Promise<ExecutedCell[]> {
  const executed = await execute(python, join(NOTEBOOKS, notebook), options);
  for (const cell of executed) assertEquals(errorsOf(cell), [], cell.source);
  return executed;
}

/** What a cell threw. */
export function errorsOf({ messages }: ExecutedCell): string[] {
  return messages.filter(({ type }) => type === "error").map(({ content }) => content.evalue);
}

/** The one cell whose source contains `text`. */
export function cellWith(cells: ExecutedCell[], text: string): ExecutedCell {
  const found = cells.filter(({ source }) => source.includes(text));
  assertEquals(found.length, 1, text);
  return found[0];
}

/** The MIME bundles that a cell displayed, live lines and their updates left out. */
export function bundles({ messages }: ExecutedCell): Record<string, string>[] {
  const shown = messages.filter(({ type }) => type === "display_data" || type === "execute_result");
  return shown.map(({ content }) => content.data).filter((data) => "text/html" in data);
}

/** The texts of a live line, in their order. */
export function liveLines({ messages }: ExecutedCell): string[] {
  const lines = messages.filter(({ content }) =>
    content.transient?.display_id && !("text/html" in content.data)
  );
  assertEquals(new Set(lines.map(({ content }) => content.transient.display_id)).size, 1);
  return lines.map(({ content }) => content.data["text/plain"]);
}

/** A figure has a chart that works by itself, a picture, the chart's spec, and its title in words. */
export function checkFigure(bundle: Record<string, string>, title: string): void {
  const png = Uint8Array.fromBase64(bundle["image/png"]);
  assertEquals([...png.slice(0, 4)], [0x89, 0x50, 0x4e, 0x47]);
  assert(png.length > 8_000, `a picture of ${png.length} bytes`);
  assert(bundle["text/html"].startsWith('<crosslab-figure data-vega="'));
  const chart = bundle["application/vnd.vegalite.v5+json"] as unknown as Record<string, unknown>;
  assertEquals(chart.$schema, "https://vega.github.io/schema/vega-lite/v5.json");
  assertEquals(bundle["text/plain"], title);
}

/** The cells of every row of the tables of a cell, as they stand in the HTML. */
export function rowsOf(cell: ExecutedCell): string[][] {
  return bundles(cell).flatMap((bundle) =>
    [...bundle["text/html"].matchAll(/<tr>(<td>.*?)<\/tr>/g)].map(([, row]) =>
      [...row.matchAll(/<td>(.*?)<\/td>/g)].map(([, text]) => text)
    )
  );
}
