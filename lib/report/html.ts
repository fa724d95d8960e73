/**
 * Sections -> report.html, one file that needs nothing else: figures are drawn into it as SVG.
 *
 * @module
 */
import { visible } from "../io/visible.ts";
import { expectation, type Finding, rulesNote } from "./finding.ts";
import { LINE_HEADS, lineCells } from "./line.ts";
import { type Block, type Excerpt, FINDINGS_TITLE, type Section } from "./section.ts";

/** The whole report as HTML; `svgs` holds the text of each figure by id. */
export function htmlReport(
  title: string,
  sections: readonly Section[],
  svgs: Record<string, string>,
): string {
  const body = sections.flatMap((section) => [
    `<section id="${section.id}">`,
    `<h2>${escapeHtml(section.title)}</h2>`,
    ...section.blocks.map((block) => htmlBlock(block, svgs)),
    "</section>",
  ]);
  return [
    "<!DOCTYPE html>",
    '<html lang="en">',
    '<head><meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>${escapeHtml(title)}</title>`,
    `<style>${STYLE}</style></head>`,
    `<body><main><h1>${escapeHtml(title)}</h1>`,
    ...body,
    "</main></body></html>",
    "",
  ].join("\n");
}

function htmlBlock(block: Block, svgs: Record<string, string>): string {
  switch (block.kind) {
    case "text":
      return `<p>${escapeHtml(block.text)}</p>`;
    case "findings": {
      const rows = block.findings.map((finding) => [
        escapeHtml(finding.claim),
        `<span class="${finding.verdict.replaceAll(" ", "-")}">${finding.verdict}</span>`,
        numbersCell(finding),
      ]);
      const findings = table(["claim", "verdict", "numbers"], rows, "words");
      const note = rulesNote(block.findings);
      const title = escapeHtml(block.title ?? FINDINGS_TITLE);
      return `<h3>${title}</h3>\n${findings}` + (note && `\n<p>${escapeHtml(note)}</p>`);
    }
    case "failure":
      return `<p class="not-replicated">${escapeHtml(block.text)}</p>`;
    case "figure":
      return `<figure id="${block.id}">${showLabels(isolateIds(svgs[block.id], block.id))}` +
        `<figcaption>${escapeHtml(block.caption)}</figcaption></figure>`;
    case "lines": {
      const rows = block.lines.map((line) => lineCells(line).map(escapeHtml));
      const numbers = table(LINE_HEADS, rows, "lines");
      if (!block.folded) return `<h3>${escapeHtml(block.title)}</h3>\n${numbers}`;
      return `<details><summary>${escapeHtml(block.title)}</summary>\n${numbers}</details>`;
    }
    case "table": {
      const rows = block.rows.map((cells) => cells.map(escapeHtml));
      const cells = table(block.head.map(escapeHtml), rows, "words");
      return `<details><summary>${escapeHtml(block.title)}</summary>\n${cells}</details>`;
    }
    case "excerpts": {
      const names = Object.keys(block.rows[0]?.columns ?? {});
      const rows = block.rows.map(({ heading, columns }) => [
        escapeHtml(heading),
        ...names.map((name) => columns[name].map(excerpt).join("") || escapeHtml(block.none)),
      ]);
      return `<h3>${escapeHtml(block.title)}</h3>\n<p>${escapeHtml(block.text)}</p>\n` +
        table([escapeHtml(block.what), ...names], rows, "excerpts");
    }
  }
}

/** The numbers, whether they were predicted, and the rule, which a reader unfolds. */
function numbersCell(finding: Finding): string {
  const text = [finding.text, expectation(finding)].filter(Boolean).map(escapeHtml).join(" ");
  if (finding.rule === undefined) return text;
  return `${text}<details><summary>rule</summary>${escapeHtml(finding.rule)}</details>`;
}

function table(head: readonly string[], rows: readonly string[][], name: string): string {
  const row = (cells: readonly string[], tag: string) =>
    `<tr>${cells.map((cell) => `<${tag}>${cell}</${tag}>`).join("")}</tr>`;
  const body = rows.map((cells) => row(cells, "td")).join("\n");
  return `<div class="scroll"><table class="${name}"><thead>${row(head, "th")}</thead>\n` +
    `<tbody>\n${body}\n</tbody></table></div>`;
}

function excerpt({ before, token, after }: Excerpt): string {
  const [left, mark, right] = [before, token, after].map(escapeHtml);
  return `<div class="excerpt">${left}<mark>${mark}</mark>${right}</div>`;
}

/** Two drawings in one page must not share the names of their clip paths. */
function isolateIds(svg: string, prefix: string): string {
  return svg
    .replace(/ id="([^"]+)"/g, ` id="${prefix}-$1"`)
    .replace(/="url\(#([^)"]+)\)"/g, `="url(#${prefix}-$1)"`)
    .replace(/href="#([^"]+)"/g, `href="#${prefix}-$1"`);
}

/** The labels of points and bars become titles, which browsers show on hover. */
function showLabels(svg: string): string {
  const mark = /<path aria-label="([^"]*)"([^>]* aria-roledescription="(?:point|bar)"[^>]*)\/>/g;
  return svg.replace(mark, (_, label: string, attributes: string) => {
    const title = label.replaceAll("; tokens ", "\n");
    return `<path${attributes}><title>${title}</title></path>`;
  });
}

/**
 * Whatever a text holds, it is read as characters: no markup, nothing that hides or turns others
 * around.
 */
export function escapeHtml(text: string): string {
  return visible(text).replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}

const STYLE = `
body { margin: 0; color: #22252b; background: #fff; font: 16px/1.5 system-ui, "DejaVu Sans", sans-serif; }
main { max-width: 72rem; margin: 0 auto; padding: 1.5rem; }
h2 { margin-top: 2.5rem; } h3 { margin-top: 2rem; } summary { margin-top: 1rem; font-weight: bold; }
td summary { margin-top: 0.25rem; font-weight: normal; color: #454952; }
p, figcaption { max-width: 52rem; }
figure { margin: 1.5rem 0; } figcaption { color: #454952; }
svg { max-width: 100%; height: auto; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-size: 0.875rem; }
th, td { padding: 0.25rem 0.75rem 0.25rem 0; border-bottom: 1px solid #e8e9ec; text-align: left; vertical-align: top; }
.lines td { white-space: nowrap; font-variant-numeric: tabular-nums; }
.lines td:last-child { white-space: normal; min-width: 16rem; color: #454952; }
.words td:nth-child(1) { min-width: 14rem; } .words td:nth-child(2) { white-space: nowrap; font-weight: bold; }
.excerpts td:first-child { min-width: 9rem; }
.excerpt { white-space: pre-wrap; min-width: 9rem; margin-bottom: 0.25rem; }
mark { background: #fbd9b5; }
.replicated { color: #00704f; } .not-replicated { color: #b3341c; } .in-part, .undecided { color: #7a5c00; }
`;
