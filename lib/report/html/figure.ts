/** A figure in a page: picture, sentence, lines, and how it was made. @module */
import type { Line } from "../line.ts";
import type { FigureBlock, Made } from "../section.ts";
import { escapeHtml } from "./escape.ts";
import { linesTable, scrolling } from "./tables.ts";

/** Fewer lines stand open below their figure. */
const OPEN = 6;

/**
 * What of a section is on the page already: each line stands once, below the first figure that has it.
 * By the line's text, the id of that figure.
 */
export type Shown = Map<string, string>;

/** The text that two lines share only where they are one. */
export function lineKey(line: Line): string {
  return JSON.stringify(line);
}

/** The figure's HTML around its drawing; its lines are noted as shown. */
export function figureHtml(block: FigureBlock, svg: string, shown: Shown): string {
  const { id, caption, lines = [], made } = block;
  const words = escapeHtml(caption);
  const picture = scrolling(svg.replace("<svg", `<svg role="img" aria-label="${words}"`), caption);
  return [
    `<figure id="${id}">${picture}`,
    `<figcaption>${words}`,
    ...linesHtml(id, { lines, shown }),
    ...(made ? [madeHtml(id, made)] : []),
    "</figcaption></figure>",
  ].join("\n");
}

function linesHtml(
  id: string,
  { lines, shown }: { lines: readonly Line[]; shown: Shown },
): string[] {
  const own = lines.filter((line) => !shown.has(lineKey(line)));
  const elsewhere = lines.flatMap((line) => shown.get(lineKey(line)) ?? []);
  for (const line of own) shown.set(lineKey(line), id);
  const parts: string[] = [];
  if (own.length > 0) {
    const title = `${own.length} ${own.length === 1 ? "number" : "numbers"} beside the paper's`;
    const open = own.length < OPEN ? " open" : "";
    parts.push(`<details${open}><summary>${title}</summary>${linesTable(own, title)}</details>`);
  }
  for (const other of new Set(elsewhere)) {
    const count = elsewhere.filter((id) => id === other).length;
    parts.push(
      `<p>${count} of its numbers stand below <a href="#${other}">${escapeHtml(other)}</a>.</p>`,
    );
  }
  return parts;
}

function madeHtml(id: string, made: Made): string {
  const { command, seed, adapter, results, script, formats, numbers } = made;
  const link = (href: string, text = href) =>
    `<a href="${escapeHtml(href)}">${escapeHtml(text)}</a>`;
  const files = formats.map((format) => link(`figures/${id}.${format}`, NAMES[format] ?? format));
  const source = script.href === undefined ? code(script.name) : link(script.href, script.name);
  const facts = [
    ["command", code(command)],
    ["seed", String(seed)],
    ["adapter", escapeHtml(adapter)],
    [
      "results",
      `${link(results.file)}, ${escapeHtml(results.time)}, SHA-256 ${code(results.hash)}`,
    ],
    ["files", [...files, link(numbers, "numbers")].join(", ")],
    ["script", source],
  ];
  const list = facts.map(([term, html]) => `<dt>${term}</dt><dd>${html}</dd>`).join("");
  return `<details class="made"><summary>How it was made</summary><dl>${list}</dl></details>`;
}

const NAMES: Record<string, string> = { "vl.json": "spec and data", svg: "SVG", png: "PNG" };

function code(text: string): string {
  return `<code>${escapeHtml(text)}</code>`;
}
