/** Between which magnitudes every latent was seen: what a proof that holds for all texts must cover. @module */
import type { ActiveLatents } from "../../crosscoder/active_latents.ts";

/** The least and the largest activation of each latent when active, [d_sae]; `count` 0: never seen. */
export type ActRanges = { count: Uint32Array; lo: Float64Array; hi: Float64Array };

/** The ranges over a text. */
export function actRanges({ d_sae, latent, act }: ActiveLatents): ActRanges {
  const count = new Uint32Array(d_sae);
  const lo = new Float64Array(d_sae).fill(Infinity), hi = new Float64Array(d_sae);
  latent.forEach((i, e) => {
    count[i]++;
    lo[i] = Math.min(lo[i], act[e]);
    hi[i] = Math.max(hi[i], act[e]);
  });
  return { count, lo, hi };
}

/** Magnitudes drawn from the ranges of some latents: at their ends one time in two, else between. */
export function drawActs(
  { lo, hi }: Pick<ActRanges, "lo" | "hi">,
  latents: ArrayLike<number>,
  uniform: () => number,
): Float64Array {
  return Float64Array.from(latents, (i) => {
    const u = uniform();
    const at = u < 0.25 ? 0 : u < 0.5 ? 1 : uniform();
    return Math.min(hi[i], lo[i] + at * (hi[i] - lo[i]));
  });
}
