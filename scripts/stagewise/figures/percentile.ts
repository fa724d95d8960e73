/** Where the figures of stage-wise diffing cut both cosines. @module */
import type { FigureOption } from "../../system.ts";

/** In percent of the active latents, as `--percentile N`. */
export const PERCENTILE: FigureOption = {
  help: "where both axes of the rotation scatter are cut, above 0 and up to 50",
  default: 5,
  range: { above: 0, most: 50, example: 10 },
};
