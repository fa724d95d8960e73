/**
 * One pair over a box: both latents anywhere between their magnitudes, in any context that the other
 * active latents may make, each of them absent or anywhere in its own range (derived here).
 * @module
 */
import type { Interval } from "../formulas/intervals.ts";
import { mixedDifference } from "../formulas/mixed_difference.ts";
import { pairRange } from "../formulas/pair_range.ts";
import type { PlainMlp } from "../proof/plain_mlp.ts";
import { contributionBox } from "./layer_box.ts";
import { type ActRanges, drawActs } from "./ranges.ts";

/** Places of the pair in a list of active latents. */
export type PairInPattern = {
  latents: ArrayLike<number>;
  ranges: Pick<ActRanges, "lo" | "hi">;
  i: number;
  j: number;
};

/**
 * Σ_k ‖w_out,k‖ sup |I_ij,k|: `range` by pairRange(), `min` by osc min(sup |a|, sup |b|); and by
 * neuron, [d_mlp].
 */
export type PairBox = {
  range: number;
  min: number;
  neurons: { range: Float64Array; min: Float64Array };
};

/** The bounds of a pair in the box of its pattern. */
export function pairBox(mlp: PlainMlp, { latents, ranges, i, j }: PairInPattern): PairBox {
  const { phi, c, d_mlp, out_norms } = mlp;
  const neurons = { range: new Float64Array(d_mlp), min: new Float64Array(d_mlp) };
  for (let k = 0; k < d_mlp; k++) {
    const a = contributionBox(mlp, { latents, ranges, k });
    const rest = { lo: c[k], hi: c[k] };
    a.forEach(({ lo, hi }, n) => {
      if (n === i || n === j) return;
      rest.lo += Math.min(0, lo);
      rest.hi += Math.max(0, hi);
    });
    neurons.range[k] = size(pairRange(phi, { a: a[i], b: a[j], c: rest }));
    neurons.min[k] = phi.osc * Math.min(size(a[i]), size(a[j]));
  }
  const weighted = (values: Float64Array) =>
    values.reduce((sum, value, k) => sum + out_norms[k] * value, 0);
  return { range: weighted(neurons.range), min: weighted(neurons.min), neurons };
}

/** The largest Σ_k ‖w_out,k‖ |I_ij,k| among points of the box, and the neurons that broke a bound. */
export type SampledPair = {
  triangle: number;
  violations: { range: number; min: number };
  neurons: number;
};

/** Draws magnitudes of all latents, and which of the others are there. */
export function samplePair(
  mlp: PlainMlp,
  { latents, ranges, i, j, box }: PairInPattern & { box: PairBox },
  { samples, uniform }: { samples: number; uniform: () => number },
): SampledPair {
  const { phi, w, c, d_mlp, out_norms } = mlp;
  const found: SampledPair = { triangle: 0, violations: { range: 0, min: 0 }, neurons: 0 };
  for (let sample = 0; sample < samples; sample++) {
    const acts = drawActs(ranges, latents, uniform);
    const there = acts.map((_, n) => n !== i && n !== j && uniform() < 0.5 ? 1 : 0);
    let triangle = 0;
    for (let k = 0; k < d_mlp; k++) {
      const a = (n: number) => acts[n] * w[latents[n] * d_mlp + k];
      const rest = acts.reduce((sum, _, n) => there[n] ? sum + a(n) : sum, c[k]);
      const I = Math.abs(mixedDifference(phi, { a: a(i), b: a(j), c: rest }));
      triangle += out_norms[k] * I;
      for (const name of ["range", "min"] as const) {
        if (I > box.neurons[name][k] + 1e-12 * (1 + I)) found.violations[name]++;
      }
    }
    found.neurons += d_mlp;
    found.triangle = Math.max(found.triangle, triangle);
  }
  return found;
}

function size({ lo, hi }: Interval): number {
  return Math.max(Math.abs(lo), Math.abs(hi));
}
