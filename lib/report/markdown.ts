/**
 * Sections -> report.md.
 *
 * @module
 */
import { visible } from "../io/visible.ts";
import { expectation, type Finding, rulesNote } from "./finding.ts";
import { LINE_HEADS, lineCells } from "./line.ts";
import { type Block, type Excerpt, FINDINGS_TITLE, type Section } from "./section.ts";

/** The whole report as Markdown; figures are linked from figures/, as PNG or SVG. */
export function markdownReport(
  title: string,
  sections: readonly Section[],
  picture: "png" | "svg" = "png",
): string {
  const parts = sections.flatMap((section) => [
    `## ${escape(section.title)}`,
    ...section.blocks.map((block) => markdownBlock(block, picture)),
  ]);
  return [`# ${escape(title)}`, ...parts].join("\n\n") + "\n";
}

function markdownBlock(block: Block, picture: string): string {
  switch (block.kind) {
    case "text":
    case "failure":
      return escape(block.text);
    case "findings": {
      const rows = block.findings.map((finding) => [
        escape(finding.claim),
        finding.verdict,
        numbersCell(finding),
      ]);
      const findings = markdownTable([["claim", "verdict", "numbers"], ...rows]);
      const note = escape(rulesNote(block.findings));
      const title = `### ${escape(block.title ?? FINDINGS_TITLE)}`;
      return [title, findings, note].filter(Boolean).join("\n\n");
    }
    case "figure":
      return `![${escape(block.caption)}](figures/${block.id}.${picture})\n\n${
        escape(block.caption)
      }`;
    case "lines":
      return `### ${escape(block.title)}\n\n${table(LINE_HEADS, block.lines.map(lineCells))}`;
    case "table":
      return `### ${escape(block.title)}\n\n${table(block.head, block.rows)}`;
    case "excerpts": {
      const names = Object.keys(block.rows[0]?.columns ?? {});
      const rows = block.rows.map(({ heading, columns }) => [
        escape(heading),
        ...names.map((name) => columns[name].map(excerpt).join("<br>") || escape(block.none)),
      ]);
      const list = rows.length > 0
        ? markdownTable([[escape(block.what), ...names], ...rows])
        : "None.";
      return `### ${escape(block.title)}\n\n${escape(block.text)}\n\n${list}`;
    }
  }
}

/** The numbers, whether they were predicted, and the rule, which a reader unfolds. */
function numbersCell(finding: Finding): string {
  const text = [finding.text, expectation(finding)].filter(Boolean).map(escape).join(" ");
  if (finding.rule === undefined) return text;
  return `${text}<details><summary>rule</summary>${escape(finding.rule)}</details>`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return markdownTable([head, ...rows.map((cells) => cells.map(escape))]);
}

/** Rows of cells as a table, the head first; the cells are taken as Markdown. */
export function markdownTable([head, ...rows]: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

/**
 * `text` with `content` between its marks `<!-- <id>:begin -->` and `<!-- <id>:end -->`. Throws
 * unless each is there once, in this order.
 */
export function spliced(text: string, id: string, content: string): string {
  const [begin, end] = ["begin", "end"].map((side) => `<!-- ${id}:${side} -->`);
  const before = text.split(begin), after = text.split(end);
  if (before.length !== 2 || after.length !== 2 || after[1].length > before[1].length) {
    throw new Error(
      `Cannot fill the place of ${id}: expected the marks ${begin} and ${end} once each, in this order, but found ` +
        `${before.length - 1} and ${after.length - 1}: put them where the table belongs`,
    );
  }
  return `${before[0]}${begin}\n\n${content}\n\n${end}${after[1]}`;
}

function excerpt({ before, token, after }: Excerpt): string {
  return escape(`${before}[${token}]${after}`);
}

/**
 * Stories hold what Markdown would read as markup: addresses, entities and formulas too; the
 * trigger the bar of tables.
 */
function escape(text: string): string {
  return visible(text).replace(
    /[\\`*_[\]<>|#~]|&(?=#?\w+;)|:(?=\/\/)|\.(?<=www\.)|@(?=\w)|\$/g,
    "\\$&",
  );
}
