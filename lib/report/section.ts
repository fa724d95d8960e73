/**
 * A report as data: sections of blocks. Markdown and HTML are made from the same blocks, and
 * summary.json from the lines in them.
 *
 * @module
 */
import type { Line } from "./lines.ts";

/** `undecided`: too few latents, or an interval that allows both. */
export type Verdict = "replicated" | "in part" | "not replicated" | "undecided";

/** A published claim, what became of it here, and the sentence with the numbers. */
export type Finding = { claim: string; verdict: Verdict; text: string };

/** A text around a token, for the lists of contexts. */
export type Excerpt = { before: string; token: string; after: string };

/** One latent: a heading, and its excerpts in each column. */
export type ExcerptRow = { heading: string; columns: Record<string, Excerpt[]> };

/** `folded`: detail that the HTML report opens on request. */
export type LinesBlock = { kind: "lines"; title: string; lines: Line[]; folded?: boolean };

export type Block =
  | { kind: "text"; text: string }
  /** What could not be made, and why. */
  | { kind: "failure"; text: string }
  | { kind: "findings"; findings: Finding[] }
  | { kind: "figure"; id: string; caption: string }
  | LinesBlock
  | { kind: "excerpts"; title: string; text: string; rows: ExcerptRow[] };

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
