/** Tables of a page, each in a frame that scrolls where it is wider than the page. @module */
import { expectation, type Finding, rulesNote } from "../finding.ts";
import { type Line, LINE_HEADS, lineCells } from "../line.ts";
import type { Excerpt, ExcerptsBlock } from "../section.ts";
import { escapeHtml } from "./escape.ts";

/** Cells of HTML under their heads; `name` is the class that says how it looks, `label` what it is. */
export function htmlTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  { name, label }: { name: string; label: string },
): string {
  // HTML ends a cell and a row where the next begins: a page of many numbers needs no tags for it.
  const row = (cells: readonly string[], tag: (cell: string) => string) =>
    `<tr>${cells.map((cell) => `<${tag(cell)}>${cell}`).join("")}`;
  const heads = row(head, (cell) => cell === "" ? "td" : "th"); // an empty cell is the head of nothing
  const body = rows.map((cells) => row(cells, () => "td")).join("\n");
  return scrolling(
    `<table class="${name}"><thead>${heads}</thead>\n<tbody>\n${body}\n</tbody></table>`,
    label,
  );
}

/** A frame that scrolls sideways, by keyboard too; `label` names it to those who do not see it. */
export function scrolling(html: string, label: string): string {
  return `<div class="scroll" tabindex="0" role="group" aria-label="${escapeHtml(label)}">` +
    `${html}</div>`;
}

/** Lines "paper / ours / difference". */
export function linesTable(lines: readonly Line[], label: string): string {
  const rows = lines.map((line) => lineCells(line).map(escapeHtml));
  return htmlTable(LINE_HEADS, rows, { name: "lines", label });
}

/** Claims with their verdicts, and below them what a reader of their rules has to know. */
export function findingsTable(findings: readonly Finding[], label: string): string {
  const rows = findings.map((finding) => [
    escapeHtml(finding.claim),
    `<span class="${finding.verdict.replaceAll(" ", "-")}">${finding.verdict}</span>`,
    numbersCell(finding),
  ]);
  const note = rulesNote(findings);
  const table = htmlTable(["claim", "verdict", "numbers"], rows, { name: "findings", label });
  return table + (note && `\n<p>${escapeHtml(note)}</p>`);
}

/** The numbers, whether they were predicted, and the rule, which a reader unfolds. */
function numbersCell(finding: Finding): string {
  const text = [finding.text, expectation(finding)].filter(Boolean).map(escapeHtml).join(" ");
  if (finding.rule === undefined) return text;
  return `${text}<details><summary>rule</summary>${escapeHtml(finding.rule)}</details>`;
}

/** Texts around tokens, a column for each place that they were taken from. */
export function excerptsTable({ what, none, title, rows }: ExcerptsBlock): string {
  const names = Object.keys(rows[0]?.columns ?? {});
  const cells = rows.map(({ heading, columns }) => [
    escapeHtml(heading),
    ...names.map((name) => columns[name].map(excerpt).join("") || escapeHtml(none)),
  ]);
  const head = [what, ...names].map(escapeHtml);
  return htmlTable(head, cells, { name: "excerpts", label: title });
}

function excerpt({ before, token, after }: Excerpt): string {
  const [left, mark, right] = [before, token, after].map(escapeHtml);
  return `<div class="excerpt">${left}<mark>${mark}</mark>${right}</div>`;
}
