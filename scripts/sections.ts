/** What the sections of all systems have in common: blocks of figures and of lines. @module */
import type { Line } from "../lib/report/lines.ts";
import type { Block, LinesBlock } from "../lib/report/section.ts";
import type { DrawnFigure } from "./draw.ts";

/** A block for each picture of each figure, with its caption. */
export function figureBlocks(drawn: readonly DrawnFigure[]): Block[] {
  return drawn.flatMap(({ id: own, caption, pictures, error }) =>
    (error === undefined ? pictures : [{ id: own }]).map(({ id, about }): Block => ({
      kind: "figure",
      id,
      caption: about ? `${caption.slice(0, -1)}: ${about}.` : caption,
    }))
  );
}

/** The lines of the figures that have a heading for them, folded. */
export function numberBlocks(drawn: readonly DrawnFigure[]): LinesBlock[] {
  return drawn.flatMap(({ numbers, lines }) =>
    numbers === undefined || lines.length === 0 ? [] : [linesBlock(numbers, lines, true)]
  );
}

/** Lines under a heading; `folded`: detail that the HTML report opens on request. */
export function linesBlock(title: string, lines: Line[], folded = false): LinesBlock {
  return { kind: "lines", title, lines, folded };
}
