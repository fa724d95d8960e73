/** Excess turning in units of what a latent of its kind does by chance. @module */
import { excessOf } from "./excess.ts";
import type { Sample } from "./family.ts";
import { trendScale } from "./trend_scale.ts";

/** excessOf() over trendScale(), the pair and the nulls alike. */
export function scaledExcess({ target, nulls, known }: Omit<Sample, "elsewhere">): {
  target: Float64Array;
  nulls: Float64Array[];
} {
  const excess = excessOf({ target, nulls });
  const scale = trendScale(excess.nulls, known);
  const over = (list: Float64Array) => list.map((value, i) => value / scale[i]);
  return { target: over(excess.target), nulls: excess.nulls.map(over) };
}
