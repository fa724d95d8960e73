/** Figures that were drawn, as a report shows them. @module */
import type { Line } from "./line.ts";
import type { Block, LinesBlock, Made } from "./section.ts";
import { linesBlock } from "./section.ts";

/**
 * One drawing of a figure. `about`: what it shows of the run, where the figure has several; `caption`:
 * a sentence of its own in place of the figure's.
 */
export type Picture = { id: string; about?: string; caption?: string };

/**
 * `numbers`: the heading of its lines, where they stand nowhere else. `notes`: what is to be said
 * of the pictures. `error`: why the figure could not be drawn; there is nothing else of it then.
 */
export type ReportedFigure = {
  id: string;
  title: string;
  /** A sentence. */
  caption: string;
  numbers?: string;
  lines: Line[];
  /** In the order of reading; the first has the figure's own id. */
  pictures: Picture[];
  notes?: string[];
  made?: Made;
  error?: string;
};

/**
 * A block for each picture of each figure with its caption and notes; a sentence where a figure
 * could not be drawn.
 */
export function figureBlocks(figures: readonly ReportedFigure[]): Block[] {
  return figures.flatMap((figure): Block[] => {
    const { pictures, notes = [], made, error } = figure;
    if (error !== undefined) return [{ kind: "failure", text: failureText(figure) }];
    const { title, lines } = figure;
    const [first, ...others] = pictures.map((
      { id, about, caption = figure.caption },
      at,
    ): Block => ({
      kind: "figure",
      id,
      caption: about ? `${caption.slice(0, -1)}: ${about}.` : caption,
      ...(at === 0 && { title, lines }),
      ...(made && { made }),
    }));
    const below = notes.map((text): Block => ({ kind: "text", text: `In the PNG: ${text}.` }));
    return [first, ...below, ...others];
  });
}

/** The lines of the figures that have a heading for them, folded. */
export function numberBlocks(figures: readonly ReportedFigure[]): LinesBlock[] {
  return figures.flatMap(({ numbers, lines }) =>
    numbers === undefined || lines.length === 0 ? [] : [linesBlock(numbers, lines, true)]
  );
}

/** A figure that could not be drawn, in a sentence. */
export function failureText({ id, error }: Pick<ReportedFigure, "id" | "error">): string {
  return `The figure ${id} could not be drawn: ${error}`;
}
