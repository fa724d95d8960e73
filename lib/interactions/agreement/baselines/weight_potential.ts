/**
 * What a pair could do, from weights and mean activations alone, whether it ever is active or not.
 *
 * @module
 */
import type { Crosscoder } from "../../../crosscoder/coder.ts";
import { rowNorms } from "../../arrays.ts";
import { kinkReachable, mixedDifference, oscBound } from "../../formulas/mixed_difference.ts";
import { type Nonlinearity, nonlinearity } from "../../formulas/nonlinearity.ts";
import { norm } from "../../formulas/vectors.ts";
import type { PairList } from "../../pairs/instances.ts";
import type { Mlp } from "../../players/mlp.ts";

/** By pair, [pairs] each. */
export type WeightPotential = {
  /** |Σ_k I(a_ik, a_jk; c_k) w_out,k| with a_ik = mu_i <w_in,k, d_i>, c_k from bias and b_dec alone. */
  insertion: Float64Array;
  /**
   * Σ_k |w_out,k| osc(φ') min(|a_ik|, |a_jk|); for ReLU over those neurons alone whose kink the two
   * can reach from c_k.
   */
  bound: Float64Array;
};

/**
 * Both at one site of a folded crosscoder, which is the input of the MLP. `mu` [d_sae]: what
 * each latent is when active.
 */
export function weightPotential(
  { mlp, coder, site }: { mlp: Mlp; coder: Crosscoder; site: number },
  pairs: PairList,
  mu: ArrayLike<number>,
): WeightPotential {
  const phi = nonlinearity(mlp.activation);
  const read = readings(mlp, coder);
  const c = read("b_dec", site).map((value, k) => value + mlp.b_in.data[k]);
  const a = new Map<number, Float64Array>();
  for (const i of new Set([...pairs.i, ...pairs.j])) {
    const row = i * coder.config.sites.length + site;
    a.set(i, read("W_dec", row).map((value) => mu[i] * value));
  }
  const norms = rowNorms(mlp.W_out.data, mlp.b_in.data.length);
  const insertion = new Float64Array(pairs.i.length), bound = new Float64Array(pairs.i.length);
  pairs.i.forEach((i, p) => {
    const both = { a: a.get(i)!, b: a.get(pairs.j[p])!, c };
    insertion[p] = insertionNorm(phi, mlp, both);
    bound[p] = minBound(phi, norms, both);
  });
  return { insertion, bound };
}

type Contributions = { a: Float64Array; b: Float64Array; c: Float64Array };

/** Gives W_in times a row [d_in] of one of the crosscoder's arrays: [d_mlp]. */
function readings(mlp: Mlp, { arrays, config: { d_in } }: Crosscoder) {
  const d_mlp = mlp.b_in.data.length, W_in = mlp.W_in.data;
  return (name: "W_dec" | "b_dec", row: number): Float64Array =>
    Float64Array.from({ length: d_mlp }, (_, k) => {
      const { data } = arrays[name];
      let sum = 0;
      for (let d = 0; d < d_in; d++) sum += W_in[k * d_in + d] * data[row * d_in + d];
      return sum;
    });
}

function insertionNorm(phi: Nonlinearity, { W_out: { data } }: Mlp, of: Contributions): number {
  const { a, b, c } = of;
  const d_model = data.length / c.length, sum = new Float64Array(d_model);
  for (let k = 0; k < c.length; k++) {
    const excess = mixedDifference(phi, { a: a[k], b: b[k], c: c[k] });
    if (excess === 0) continue;
    for (let d = 0; d < d_model; d++) sum[d] += excess * data[k * d_model + d];
  }
  return norm(sum);
}

function minBound(phi: Nonlinearity, norms: Float64Array, { a, b, c }: Contributions): number {
  let sum = 0;
  for (let k = 0; k < c.length; k++) {
    const meeting = { a: a[k], b: b[k], c: c[k] };
    if (phi.name === "relu" && !kinkReachable(meeting)) continue;
    sum += norms[k] * oscBound(phi, meeting);
  }
  return sum;
}
