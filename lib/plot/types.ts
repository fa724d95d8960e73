/** Types that signatures of this room name, for whoever writes them down. @module */
export type { DISPLAY } from "./display.ts";
export type { TableCell } from "./display_table.ts";
export type { Metrics, Show, Steps } from "./live_progress.ts";
export type { Thresholds } from "./rotation_scatter/point.ts";
export type { SeriesScale } from "./series.ts";
export type { FrameOptions } from "./theme.ts";
