/**
 * Gated neurons y = phi(g) u, gate and up both sums over features: SwiGLU, and transcoders of that
 * form.
 *
 * @module
 */
import { fourPointDifference } from "./four_points.ts";
import type { Meeting } from "./mixed_difference.ts";
import { type Neuron, preActivation } from "./neuron.ts";
import type { Nonlinearity } from "./nonlinearity.ts";

/**
 * The four points of two features, each with its contribution to the gate (a, b of `gate`) and to
 * the linear part (a, b of `up`). Even with phi(g) = g there is a_gate b_up + a_up b_gate.
 */
export function gatedMixedDifference(
  { value }: Pick<Nonlinearity, "value">,
  { gate, up }: { gate: Meeting; up: Meeting },
): number {
  const at = (a: number, b: number) =>
    value(gate.c + a * gate.a + b * gate.b) * (up.c + a * up.a + b * up.b);
  return fourPointDifference({
    both: at(1, 1),
    withoutI: at(0, 1),
    withoutJ: at(1, 0),
    neither: at(0, 0),
  });
}

/** y(all) − y(none) − Σ_i [y(i alone) − y(none)] of a gated neuron. */
export function gatedExcess(
  { value }: Pick<Nonlinearity, "value">,
  { gate, up }: { gate: Neuron; up: Neuron },
): number {
  const alone = value(gate.c) * up.c;
  let sum = value(preActivation(gate)) * preActivation(up) - alone;
  for (let i = 0; i < gate.a.length; i++) {
    sum -= value(gate.c + gate.a[i]) * (up.c + up.a[i]) - alone;
  }
  return sum;
}
