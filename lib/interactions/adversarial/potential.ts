/**
 * What pairs could do together and what each could do alone, from weights and mean activations, over
 * all MLP inputs of a dictionary.
 *
 *   potential = √Σ_blocks ‖Σ_k I(a_ik, a_jk; c_k) w_out,k‖²,   product = √(M_i M_j),  M_i = √Σ_blocks ‖m_i‖²
 *
 * with a_ik = mu_i ⟨w_in,k, d_i⟩ and c_k from bias and b_dec: insertion, no token needed. Derived here.
 * @module
 */
import type { Crosscoder } from "../../crosscoder/coder.ts";
import { weightPotential } from "../agreement/baselines/weight_potential.ts";
import { nonlinearity } from "../formulas/nonlinearity.ts";
import type { PairList } from "../pairs/instances.ts";
import type { Mlp } from "../players/mlp.ts";

/** An MLP and the number of the crosscoder's site that it reads. */
export type SiteMlp = { mlp: Mlp; site: number };

/** [pairs] each. */
export type PairPotential = { potential: Float64Array; product: Float64Array };

/** Of a folded crosscoder; `mu` [d_sae]: what each latent is when active. */
export function pairPotential(
  { coder, mlps }: { coder: Crosscoder; mlps: readonly SiteMlp[] },
  pairs: PairList,
  mu: ArrayLike<number>,
): PairPotential {
  const squares = new Float64Array(pairs.i.length);
  const alone = new Float64Array(coder.config.d_sae);
  for (const { mlp, site } of mlps) {
    weightPotential({ mlp, coder, site }, pairs, mu).insertion
      .forEach((norm, p) => squares[p] += norm * norm);
    for (const i of new Set([...pairs.i, ...pairs.j])) {
      alone[i] += squaredEffect({ mlp, coder, site }, i, mu[i]);
    }
  }
  return {
    potential: squares.map(Math.sqrt),
    product: Float64Array.from(
      pairs.i,
      (i, p) => Math.sqrt(Math.sqrt(alone[i] * alone[pairs.j[p]])),
    ),
  };
}

/** ‖Σ_k [φ(c_k + a_k) − φ(c_k)] w_out,k‖² of one latent alone. */
function squaredEffect(
  { mlp: { activation, W_in, b_in, W_out }, coder: { arrays, config }, site }: SiteMlp & {
    coder: Crosscoder;
  },
  latent: number,
  amount: number,
): number {
  const { value } = nonlinearity(activation), [d_mlp, d_model] = W_in.shape;
  const vector = (latent * config.sites.length + site) * d_model;
  const effect = new Float64Array(d_model);
  for (let k = 0; k < d_mlp; k++) {
    let a = 0, c = b_in.data[k];
    for (let d = 0; d < d_model; d++) {
      a += W_in.data[k * d_model + d] * arrays.W_dec.data[vector + d];
      c += W_in.data[k * d_model + d] * arrays.b_dec.data[site * d_model + d];
    }
    const change = value(c + amount * a) - value(c);
    for (let d = 0; d < d_model; d++) effect[d] += change * W_out.data[k * d_model + d];
  }
  return effect.reduce((sum, x) => sum + x * x, 0);
}
