/**
 * What a run found, beside what was published: lines (paper, ours, difference), findings with a
 * verdict, sections; as Markdown and HTML.
 *
 * ```ts
 * import { assertStringIncludes } from "@std/assert";
 * import * as report from "./mod.ts";
 * const paper = { value: 0.87, source: "Table 1" };
 * const accuracy = report.numberLine("accuracy", 0.9, { paper });
 * const blocks = [report.linesBlock("Models", [accuracy])];
 * const text = report.markdownReport("Run", [{ id: "toy", title: "Toy", about: {}, blocks }]);
 * assertStringIncludes(text, "0.87");
 * ```
 * @module
 */
export type { Column, ExplorerData, Flag } from "./explorer/data.ts";
export { explorerPage } from "./explorer/page.ts";
export {
  failureText,
  figureBlocks,
  numberBlocks,
  type Picture,
  type ReportedFigure,
} from "./figure.ts";
export {
  type Finding,
  predicted,
  type Prediction,
  type Ruling,
  type Verdict,
  verdictOf,
  verdictOfAsked,
} from "./finding.ts";
export { escapeHtml } from "./html/escape.ts";
export { type GalleryGroup, galleryPage } from "./html/gallery.ts";
export { htmlReport } from "./html/page.ts";
export {
  formatLines,
  formatNumber,
  type Line,
  numberLine,
  type Published,
  shareLine,
  shareText,
} from "./line.ts";
export { markdownReport, markdownTable, spliced } from "./markdown.ts";
export {
  type Block,
  type Excerpt,
  type ExcerptRow,
  type ExcerptsBlock,
  type FigureBlock,
  type LinesBlock,
  linesBlock,
  type Made,
  type Section,
  tableBlock,
} from "./section.ts";
export { spoken, summary } from "./summary.ts";

export type * from "./types.ts";
