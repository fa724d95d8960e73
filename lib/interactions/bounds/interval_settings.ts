/** Sizes of the bounds over intervals of magnitudes. @module */

/**
 * `sequences` whose magnitudes count; `patterns`, tokens whose latents span a box; points drawn of
 * each box; `pairs` of each pattern.
 */
export type IntervalSettings = {
  sequences: number;
  patterns: number;
  samples: number;
  pairs: number;
};
