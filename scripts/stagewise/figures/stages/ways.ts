/** The two ways to F, each in one colour in the pictures of stagewise-stages. @module */
import { COLOURS } from "../../../../lib/plot/theme.ts";

/** By the first stage after S: D and DF, M and MF. */
export const WAY = { D: COLOURS.bottomX, M: COLOURS.bottomY };
