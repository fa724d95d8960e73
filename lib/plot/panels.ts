/**
 * Several small charts in one figure, side by side under one title.
 *
 * @module
 */
import { asFigure } from "./notebook/figure.ts";
import { frame, type Spec } from "./theme.ts";

/** A chart of its own size: marks and data, no title of the figure. */
export type Panel = { title: string; width: number; height: number } & Record<string, unknown>;

export type PanelsOptions = {
  title: string;
  subtitle?: string[];
  columns?: number;
  /** One legend for all panels, which then share their colours. */
  sharedColour?: boolean;
};

/** Panels -> spec, row by row. Throws on none. */
export function panels(parts: readonly Panel[], options: PanelsOptions): Spec {
  const { title, subtitle, columns = 2, sharedColour = false } = options;
  if (parts.length === 0) {
    throw new Error("Cannot draw panels: expected at least one but found none: give it data");
  }
  // Sizes belong to the panels: a figure of panels has none of its own.
  const { width: _, height: __, ...outer } = frame({}, { title, subtitle, width: 0, height: 0 });
  return asFigure({
    ...outer as Spec,
    columns: Math.min(columns, parts.length),
    spacing: 36,
    resolve: { scale: { color: sharedColour ? "shared" : "independent" } },
    concat: parts.map(({ title, ...part }) => ({
      ...part,
      title: { text: title, fontSize: 15, offset: 8 },
    })),
  });
}
