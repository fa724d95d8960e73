/** Types that signatures of this room name, for whoever writes them down. @module */
export type { TableCell } from "./notebook/table.ts";
export type { FiringPlace, LatentView } from "./notebook/latent.ts";
export type { Following, Show } from "./notebook/live_progress.ts";
export type { Metrics, Steps } from "./notebook/loss_curves.ts";
export type { Thresholds } from "./rotation_scatter/point.ts";
export type { SeriesScale } from "./series.ts";
export type { FrameOptions } from "./theme.ts";
