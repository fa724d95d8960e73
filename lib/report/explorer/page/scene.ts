/** What is looked at: all latents, the two columns on the axes, and one stage. @module */
import type { Explorer } from "./explorer.ts";

/** Ids of columns. */
export type Axes = { x: string; y: string };

export type Scene = { explorer: Explorer; axes: Axes; stage: number };
