/** What every figure is: a specification that vega-lite draws. @module */

/** A Vega-Lite 6 specification: plain JSON. */
export type Spec = { $schema: string } & Record<string, unknown>;

/** The family drawn into PNGs; browsers without it take the next. */
export const FONT = "DejaVu Sans, Verdana, sans-serif";
