/**
 * The interaction residual of an MLP over a box: every active latent anywhere between two magnitudes,
 * beside bias and b_dec (derived here). With s_ik = sup |a_ik| over the box:
 *
 *   dominant     Σ_k ‖w_out,k‖ osc (Σ_i s_ik - max_i s_ik)
 *   min          Σ_k ‖w_out,k‖ osc Σ_{i<j} min(s_ik, s_jk), of ReLU where some point of the box reaches 0
 *   telescoping  Σ_k ‖w_out,k‖ sup |E_k|, E_k enclosed by excessRange()
 *
 * All bound ‖R‖ at every point of the box, and Σ_k ‖w_out,k‖ |E_k| as well.
 * @module
 */
import { excess } from "../formulas/excess.ts";
import { excessRange } from "../formulas/excess_range.ts";
import type { Interval } from "../formulas/intervals.ts";
import { norm } from "../formulas/vectors.ts";
import { type PlainMlp, write } from "../proof/plain_mlp.ts";
import { type ActRanges, drawActs } from "./ranges.ts";

/** Of one box: the three bounds, and the sup |E_k| by neuron that each is made of, [d_mlp]. */
export type LayerBox = Record<BoxBound, number> & { neurons: Record<BoxBound, Float64Array> };

/** The names of the bounds, loosest first. */
export const BOX_BOUNDS = ["min", "dominant", "telescoping"] as const;
/** The name of a bound. */
export type BoxBound = typeof BOX_BOUNDS[number];

/** The bounds of the box that some latents span. */
export function layerBox(
  mlp: PlainMlp,
  latents: ArrayLike<number>,
  ranges: Pick<ActRanges, "lo" | "hi">,
): LayerBox {
  const neurons = Object.fromEntries(
    BOX_BOUNDS.map((name) => [name, new Float64Array(mlp.d_mlp)]),
  ) as LayerBox["neurons"];
  for (let k = 0; k < mlp.d_mlp; k++) {
    const a = contributionBox(mlp, { latents, ranges, k });
    const found = neuronBox(mlp, { a, c: mlp.c[k] });
    for (const name of BOX_BOUNDS) neurons[name][k] = found[name];
  }
  const weighted = (values: Float64Array) =>
    values.reduce((sum, value, k) => sum + mlp.out_norms[k] * value, 0);
  const totals = BOX_BOUNDS.map((name) => [name, weighted(neurons[name])]);
  return { ...Object.fromEntries(totals) as Record<BoxBound, number>, neurons };
}

/** The intervals of the contributions to neuron k. */
export function contributionBox(
  { w, d_mlp }: PlainMlp,
  { latents, ranges: { lo, hi }, k }: {
    latents: ArrayLike<number>;
    ranges: Pick<ActRanges, "lo" | "hi">;
    k: number;
  },
): Interval[] {
  return Array.from(latents, (i) => {
    const slope = w[i * d_mlp + k];
    return slope >= 0
      ? { lo: slope * lo[i], hi: slope * hi[i] }
      : { lo: slope * hi[i], hi: slope * lo[i] };
  });
}

function neuronBox(
  { phi }: PlainMlp,
  { a, c }: { a: Interval[]; c: number },
): Record<BoxBound, number> {
  const sizes = a.map(({ lo, hi }) => Math.max(Math.abs(lo), Math.abs(hi)));
  const falling = sizes.toSorted((x, y) => y - x);
  const sum = falling.slice(1).reduce((total, size) => total + size, 0);
  // Of falling sizes, the one in place p is the lesser of p pairs.
  const pairs = falling.reduce((total, size, p) => total + p * size, 0);
  const low = a.reduce((least, { lo }) => least + Math.min(0, lo), c);
  const high = a.reduce((most, { hi }) => most + Math.max(0, hi), c);
  const shut = phi.name === "relu" && !(low < 0 && high > 0);
  const { lo, hi } = excessRange(phi, { a, c });
  return {
    min: shut ? 0 : phi.osc * pairs,
    dominant: phi.osc * sum,
    telescoping: Math.max(Math.abs(lo), Math.abs(hi)),
  };
}

/**
 * Points of the box: the largest Σ_k ‖w_out,k‖ |E_k| and ‖R‖ among `samples` of them, and at how many
 * neurons of all points a bound was below |E_k|.
 */
export type SampledBox = {
  triangle: number;
  residual: number;
  violations: Record<BoxBound, number>;
  neurons: number;
};

/** Looks for a point that breaks a bound. */
export function sampleBox(
  mlp: PlainMlp,
  { latents, ranges, box }: {
    latents: ArrayLike<number>;
    ranges: Pick<ActRanges, "lo" | "hi">;
    box: LayerBox;
  },
  { samples, uniform }: { samples: number; uniform: () => number },
): SampledBox {
  const { phi, w, c, d_mlp, out_norms } = mlp;
  const found: SampledBox = {
    triangle: 0,
    residual: 0,
    neurons: 0,
    violations: { min: 0, dominant: 0, telescoping: 0 },
  };
  for (let sample = 0; sample < samples; sample++) {
    const acts = drawActs(ranges, latents, uniform), a = new Float64Array(acts.length);
    const E = Float64Array.from({ length: d_mlp }, (_, k) => {
      acts.forEach((act, n) => a[n] = act * w[latents[n] * d_mlp + k]);
      return excess(phi, { a, c: c[k] });
    });
    E.forEach((value, k) => {
      const slack = 1e-12 * (1 + Math.abs(value));
      for (const name of BOX_BOUNDS) {
        if (Math.abs(value) > box.neurons[name][k] + slack) found.violations[name]++;
      }
    });
    found.neurons += d_mlp;
    const triangle = E.reduce((sum, value, k) => sum + out_norms[k] * Math.abs(value), 0);
    found.triangle = Math.max(found.triangle, triangle);
    found.residual = Math.max(found.residual, norm(write(mlp, E)));
  }
  return found;
}
