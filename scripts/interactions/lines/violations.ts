/** How often something that is proved did not hold, in a line. @module */
import type { Count } from "../../../lib/numerics/counts.ts";
import { type Line, shareLine } from "../../../lib/report/line.ts";

/** Without an interval: cases are all there are, and a theorem has no rate that they estimate. */
export function violationsLine(name: string, count: Count, note?: string): Line {
  return { ...shareLine(name, count, { note }), interval: undefined };
}
