/** Types that signatures of this room name, for whoever writes them down. @module */
export type { FoldOptions } from "./cross_validation.ts";
export type { ColumnFactors } from "./least_squares.ts";
export type { RankControls } from "./partial_rank_correlation.ts";
export type { SignFlipOptions } from "./sign_flip.ts";
export type { NmfFactors } from "./nmf.ts";
