/** How far a neuron is from adding up its features' effects (derived here). @module */
import { bySize, type Neuron, preActivation } from "./neuron.ts";
import type { Nonlinearity } from "./nonlinearity.ts";

/**
 * E = phi(c + Σ a) − phi(c) − Σ_i [phi(c + a_i) − phi(c)]: all interactions of a neuron together, in
 * n + 2 values of phi. Σ_k E_k w_out,k is what an MLP's output has beyond its single-feature terms.
 */
export function excess({ value }: Pick<Nonlinearity, "value">, { a, c }: Neuron): number {
  const alone = value(c);
  let sum = value(preActivation({ a, c })) - alone;
  for (let i = 0; i < a.length; i++) sum -= value(c + a[i]) - alone;
  return sum;
}

/**
 * min(P⁺, N⁻) = ½ (Σ |a| − |Σ a|), the mass that cancels; of a ReLU with c = 0, E is minus it.
 */
export function cancellationMass(a: ArrayLike<number>): number {
  const { up, down } = signedMass(a);
  return Math.min(up, down);
}

/** P⁺ = Σ max(a, 0) and N⁻ = Σ max(−a, 0): contexts of a pair lie from c − N⁻ to c + P⁺. */
export function signedMass(a: ArrayLike<number>): { up: number; down: number } {
  let up = 0, down = 0;
  for (let i = 0; i < a.length; i++) {
    if (a[i] > 0) up += a[i];
    else down -= a[i];
  }
  return { up, down };
}

/** The neuron with its m largest contributions alone: what a few-hot explanation keeps. */
export function largestOnly({ a, c }: Neuron, m: number): Neuron {
  return { a: bySize(a).slice(0, m).map((i) => a[i]), c };
}

/** Σ |a| − Σ_{m largest} |a|: osc(phi') times it bounds |E − E(m largest)|. */
export function fewHotRemainder(a: ArrayLike<number>, m: number): number {
  return bySize(a).slice(m).reduce((sum, i) => sum + Math.abs(a[i]), 0);
}
