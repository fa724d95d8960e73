/** Bounds that hold for all magnitudes, in lines. @module */
import type { Intervals } from "../../../lib/interactions/run/phases/intervals.ts";
import { type Line, numberLine } from "../../../lib/report/line.ts";
import { violationsLine } from "./violations.ts";

/** How far each bound is from what sampled magnitudes reach, and whether any was broken. */
export function intervalLines({ blocks }: Intervals): Line[] {
  const sum = (of: (block: Intervals["blocks"][number]) => number) =>
    blocks.reduce((total, block) => total + of(block), 0);
  return [
    ...blocks.map(({ model, layer, patterns, bounds, sampled, pairs }) =>
      numberLine(
        `${model}, block ${layer}: residual over all magnitudes, bound / sampled`,
        bounds.telescoping / sampled.triangle,
        {
          digits: 1,
          note:
            `${patterns} patterns; dominant ${(bounds.dominant / sampled.triangle).toFixed(1)}, ` +
            `min ${(bounds.min / sampled.triangle).toFixed(1)}; a pair ${
              (pairs.range / pairs.sampled).toFixed(1)
            }, by osc·min ${(pairs.min / pairs.sampled).toFixed(1)}`,
        },
      )
    ),
    violationsLine("sampled neurons that break a bound over all magnitudes", {
      count: sum(({ violations }) => violations),
      of: sum(({ neurons }) => neurons),
    }),
  ];
}
