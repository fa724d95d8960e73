/**
 * A report as data: sections of blocks. Markdown and HTML are made from the same blocks, and
 * summary.json from the lines in them.
 *
 * @module
 */
import type { Finding } from "./finding.ts";
import type { Line } from "./line.ts";

/** A text around a token, for the lists of contexts. */
export type Excerpt = { before: string; token: string; after: string };

/** A heading, and its excerpts in each column. */
export type ExcerptRow = { heading: string; columns: Record<string, Excerpt[]> };

/** What linesBlock() makes. */
export type LinesBlock = { kind: "lines"; title: string; lines: Line[]; folded?: boolean };

/** `what` the rows are of stands over their headings, `none` in a column without an excerpt. */
export type ExcerptsBlock = {
  kind: "excerpts";
  title: string;
  text: string;
  what: string;
  none: string;
  rows: ExcerptRow[];
};

/** What tableBlock() makes. */
export type TableBlock = {
  kind: "table";
  title: string;
  head: readonly string[];
  rows: readonly (readonly string[])[];
};

/** How a figure was made, and where what it was made from lies. Paths are relative to the page's. */
export type Made = {
  /** Draws it again. */
  command: string;
  seed: number;
  adapter: string;
  /** The file of the results, when it was written, and the SHA-256 of all result files, in hex. */
  results: { file: string; time: string; hash: string };
  /** The file in the checkout that draws it; no link where the page does not lie in the checkout. */
  script: { name: string; href?: string };
  /** Endings of the pictures' files, as `svg`. */
  formats: readonly string[];
  /** The file of its lines. */
  numbers: string;
};

/** `title` of the first picture of a figure, which has its lines too. */
export type FigureBlock = {
  kind: "figure";
  id: string;
  caption: string;
  title?: string;
  lines?: readonly Line[];
  made?: Made;
};

/** Over findings on published claims. */
export const FINDINGS_TITLE = "Paper and here";

/** A part of a report, by its kind. */
export type Block =
  | { kind: "text"; text: string }
  /** What could not be made, and why. */
  | { kind: "failure"; text: string }
  /** `title`: FINDINGS_TITLE by default. */
  | { kind: "findings"; title?: string; findings: Finding[] }
  | FigureBlock
  | LinesBlock
  | TableBlock
  | ExcerptsBlock;

/** One system's part of the report. `about`: what it was made from, for summary.json. */
export type Section = {
  id: string;
  title: string;
  about: Record<string, unknown>;
  blocks: Block[];
};

/** The blocks of one kind. */
export function blocksOf<K extends Block["kind"]>(section: Section, kind: K) {
  return section.blocks.filter((block) => block.kind === kind) as Extract<Block, { kind: K }>[];
}

/** Lines under a heading; `folded`: detail that the HTML report opens on request. */
export function linesBlock(title: string, lines: Line[], folded = false): LinesBlock {
  return { kind: "lines", title, lines, folded };
}

/** Cells of text under a heading, which the HTML report opens on request. */
export function tableBlock(
  title: string,
  head: readonly string[],
  rows: readonly (readonly string[])[],
): TableBlock {
  return { kind: "table", title, head, rows };
}
