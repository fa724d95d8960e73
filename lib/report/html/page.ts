/**
 * Sections -> report.html, one file that needs nothing else: figures are drawn into it as SVG. No
 * script: what is folded, is folded by the browser itself.
 *
 * @module
 */
import { DARK } from "../../plot/theme.ts";
import { squeezeSvg } from "../../plot/svg/squeeze.ts";
import { type Block, FINDINGS_TITLE, type Section } from "../section.ts";
import { blockId, contentsHtml } from "./contents.ts";
import { escapeHtml } from "./escape.ts";
import { figureHtml, lineKey, type Shown } from "./figure.ts";
import style from "./report.css" with { type: "text" };
import { excerptsTable, findingsTable, htmlTable, linesTable } from "./tables.ts";
import { verdictsTable } from "./verdicts.ts";

/** The whole report as HTML; `svgs` holds the text of each figure by id, as vega drew it. */
export function htmlReport(
  title: string,
  sections: readonly Section[],
  svgs: Record<string, string>,
): string {
  const drawings = smallDrawings(sections, svgs);
  return htmlPage(title, [
    '<a class="skip" href="#report">Skip to the report</a>',
    contentsHtml(sections),
    `<main id="report"><h1>${escapeHtml(title)}</h1>`,
    verdictsTable(sections),
    ...sections.map((section) => sectionHtml(section, drawings)),
    '<a class="up" href="#contents">Contents</a>',
    "</main>",
  ]);
}

/** A page of the report's look around parts of HTML. */
export function htmlPage(title: string, body: readonly string[]): string {
  return [
    "<!DOCTYPE html>",
    '<html lang="en">',
    '<head><meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="color-scheme" content="light dark">',
    `<title>${escapeHtml(title)}</title>`,
    `<style>${style}${darkRules()}</style></head>`,
    "<body>",
    ...body,
    "</body></html>",
    "",
  ].join("\n");
}

/** Drawings have the colours of a white page: where it is dark, these are others. */
function darkRules(): string {
  const rules = Object.entries(DARK).flatMap(([light, dark]) =>
    ["fill", "stroke"].map((name) => `svg [${name}="${light}"] { ${name}: ${dark}; }`)
  );
  return `@media (prefers-color-scheme: dark) {\n${rules.join("\n")}\n}\n`;
}

function smallDrawings(sections: readonly Section[], svgs: Record<string, string>) {
  const figures = sections.flatMap(({ blocks }) => blocks)
    .flatMap((block) => block.kind === "figure" ? [block.id] : []);
  const told = new Set<string>();
  return Object.fromEntries(
    figures.map((id, at) => [id, squeezeSvg(svgs[id], { prefix: `f${at}`, told })]),
  );
}

function sectionHtml(section: Section, drawings: Record<string, string>): string {
  const shown: Shown = new Map();
  const blocks = section.blocks.map((block, at) =>
    blockHtml(block, { id: blockId(section, at), drawings, shown })
  );
  return [
    `<section id="${section.id}">`,
    `<h2>${escapeHtml(section.title)}</h2>`,
    ...blocks,
    "</section>",
  ].join("\n");
}

type Place = { id: string; drawings: Record<string, string>; shown: Shown };

function blockHtml(block: Block, { id, drawings, shown }: Place): string {
  switch (block.kind) {
    case "text":
      return `<p>${escapeHtml(block.text)}</p>`;
    case "failure":
      return `<p class="not-replicated">${escapeHtml(block.text)}</p>`;
    case "findings": {
      const title = block.title ?? FINDINGS_TITLE;
      return heading(id, title) + findingsTable(block.findings, title);
    }
    case "figure":
      return figureHtml(block, drawings[block.id], shown);
    case "lines": {
      const { title, folded = false } = block;
      const left = block.lines.filter((line) => !shown.has(lineKey(line)));
      const figures = block.lines.flatMap((line) => shown.get(lineKey(line)) ?? []);
      const table = left.length > 0 ? linesTable(left, title) : "";
      const html = table + pointers(figures);
      return folded || left.length > LONG ? foldedHtml(id, title, html) : heading(id, title) + html;
    }
    case "table": {
      const rows = block.rows.map((cells) => cells.map(escapeHtml));
      const look = { name: "words", label: block.title };
      return foldedHtml(id, block.title, htmlTable(block.head.map(escapeHtml), rows, look));
    }
    case "excerpts": {
      const text = `<p>${escapeHtml(block.text)}</p>\n`;
      const table = excerptsTable(block);
      return heading(id, block.title) + text +
        (block.rows.length > LONG
          ? foldedHtml(`${id}-table`, `${block.rows.length} rows`, table)
          : table);
    }
  }
}

/** Longer tables are folded. */
const LONG = 12;

function heading(id: string, title: string): string {
  return `<h3 id="${id}">${escapeHtml(title)}</h3>\n`;
}

function foldedHtml(id: string, title: string, html: string): string {
  return `<details id="${id}"><summary>${escapeHtml(title)}</summary>\n${html}</details>`;
}

/** Where the lines of a group stand that are shown below figures. */
function pointers(figures: readonly string[]): string {
  const names = [...new Set(figures)];
  if (names.length === 0) return "";
  const links = names.map((id) => `<a href="#${id}">${escapeHtml(id)}</a>`).join(", ");
  const count = `${figures.length} ${figures.length === 1 ? "number stands" : "numbers stand"}`;
  return `<p>${count} below ${links}.</p>`;
}
