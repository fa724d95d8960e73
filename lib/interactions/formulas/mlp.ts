/**
 * One MLP on one token: neurons put together into what it writes (derived here).
 *
 * @module
 */
import { excess } from "./excess.ts";
import { gateFlips } from "./gates.ts";
import { mixedDifference, type PairContext, pairContext } from "./mixed_difference.ts";
import { type Neuron, preActivation } from "./neuron.ts";
import type { Nonlinearity } from "./nonlinearity.ts";
import { dot, mix, norm } from "./vectors.ts";

/** a [n][d_mlp] contributions of the active features, c [d_mlp], W_out [d_mlp][d_model]. */
export type MlpToken = {
  a: readonly ArrayLike<number>[];
  c: ArrayLike<number>;
  W_out: readonly ArrayLike<number>[];
};

/** Neuron k with the contributions of all features. */
export function neuronOf({ a, c }: MlpToken, k: number): Neuron {
  return { a: a.map((row) => row[k]), c: c[k] };
}

/** I_ij of every neuron [d_mlp], in one of the two contexts. */
export function pairOfNeurons(
  phi: Nonlinearity,
  token: MlpToken,
  { i, j, context }: { i: number; j: number; context: PairContext },
): Float64Array {
  return eachNeuron(token, (neuron, k) => {
    const [a, b] = [token.a[i][k], token.a[j][k]];
    const z = preActivation(neuron);
    return mixedDifference(phi, { a, b, c: pairContext(context, { a, b, c: neuron.c, z }) });
  });
}

/** v = Σ_k values_k w_out,k [d_model]: what neurons write together. */
export function written(values: ArrayLike<number>, { W_out }: MlpToken): Float64Array {
  return mix(values, W_out);
}

/** Σ_k |values_k| ‖w_out,k‖ ≥ ‖v‖: what a proof may add up. */
export function triangleNorm(values: ArrayLike<number>, { W_out }: MlpToken): number {
  return W_out.reduce((sum, row, k) => sum + Math.abs(values[k]) * norm(row), 0);
}

/** √(valuesᵀ G values) = ‖v‖ with G = W_out W_outᵀ [d_mlp][d_mlp], for many pairs of one layer. */
export function gramNorm(values: ArrayLike<number>, G: readonly ArrayLike<number>[]): number {
  return Math.sqrt(Math.max(0, dot(values, mix(values, G))));
}

/** W_out W_outᵀ. */
export function gram(W_out: readonly ArrayLike<number>[]): Float64Array[] {
  return W_out.map((row) => Float64Array.from(W_out, (other) => dot(row, other)));
}

/** R = Σ_k E_k w_out,k: the MLP's output beyond its single-feature terms. */
export function residual(phi: Nonlinearity, token: MlpToken): Float64Array {
  return written(eachNeuron(token, (neuron) => excess(phi, neuron)), token);
}

/** MLP(z) − MLP(c): the deviation that ‖R‖ is a fraction of. */
export function deviation(phi: Nonlinearity, token: MlpToken): Float64Array {
  const moved = eachNeuron(
    token,
    (neuron) => phi.value(preActivation(neuron)) - phi.value(neuron.c),
  );
  return written(moved, token);
}

/**
 * Main effect of feature i: alone beside the rest c (insertion), or taken from everything (removal).
 */
export function mainEffect(
  phi: Nonlinearity,
  token: MlpToken,
  { i, context }: { i: number; context: PairContext },
): Float64Array {
  const moved = eachNeuron(token, (neuron, k) => {
    const without = context === "insertion" ? neuron.c : preActivation(neuron) - token.a[i][k];
    return phi.value(without + token.a[i][k]) - phi.value(without);
  });
  return written(moved, token);
}

/** Σ_k ‖w_out,k‖ |a_ik| 1[removing j flips neuron k]: directed, what i sends through j's gates. */
export function gateFlipStrength(token: MlpToken, { i, j }: { i: number; j: number }): number {
  const flipped = eachNeuron(token, (neuron) => gateFlips(neuron)[j] ? 1 : 0);
  return triangleNorm(flipped.map((flip, k) => flip * token.a[i][k]), token);
}

/**
 * f_i (J_i(x) − J_i(x without j)) = Σ_k a_ik [phi'(z_k) − phi'(z_k − a_jk)] w_out,k, J_i the output's
 * derivative by f_i: what i would write changes by j. Directed; J alone is what Farnik et al. 2025
 * (Jacobian SAEs, arXiv 2502.18147) keep sparse.
 */
export function jacobianChange(
  phi: Nonlinearity,
  token: MlpToken,
  { i, j }: { i: number; j: number },
): Float64Array {
  const moved = eachNeuron(token, (neuron, k) => {
    const z = preActivation(neuron);
    return token.a[i][k] * (phi.slope(z) - phi.slope(z - token.a[j][k]));
  });
  return written(moved, token);
}

function eachNeuron(token: MlpToken, value: (neuron: Neuron, k: number) => number): Float64Array {
  return Float64Array.from(token.c, (_, k) => value(neuronOf(token, k), k));
}
