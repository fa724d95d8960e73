/** What a page holds, for its side: links to sections, and in them to figures and tables. @module */
import type { Block, Section } from "../section.ts";
import { FINDINGS_TITLE } from "../section.ts";
import { escapeHtml } from "./escape.ts";

/** The contents as HTML. */
export function contentsHtml(sections: readonly Section[]): string {
  const entries = sections.map((section) => {
    const inner = section.blocks.flatMap((block, at) => {
      const entry = entryOf(section, { block, at });
      return entry === undefined ? [] : [`<li>${entry}</li>`];
    });
    const link = linkTo(section.id, section.title);
    if (inner.length === 0) return `<li>${link}</li>`;
    return `<li>${link}<details><summary>${inner.length} figures and tables</summary>` +
      `<ol>\n${inner.join("\n")}\n</ol></details></li>`;
  });
  return `<nav id="contents" aria-label="Contents"><h2>Contents</h2><ol>\n${
    entries.join("\n")
  }\n</ol></nav>`;
}

/** The id of a block of a section that has a title and is no figure. */
export function blockId(section: Pick<Section, "id">, at: number): string {
  return `${section.id}-part-${at}`;
}

function entryOf(
  section: Section,
  { block, at }: { block: Block; at: number },
): string | undefined {
  switch (block.kind) {
    case "figure":
      return block.title === undefined ? undefined : linkTo(block.id, block.title);
    case "findings":
      return linkTo(blockId(section, at), block.title ?? FINDINGS_TITLE);
    case "lines":
    case "table":
    case "excerpts":
      return linkTo(blockId(section, at), block.title);
  }
}

function linkTo(id: string, text: string): string {
  return `<a href="#${id}">${escapeHtml(text)}</a>`;
}
