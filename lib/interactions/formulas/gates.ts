/**
 * A ReLU as a gate that features open and shut (derived here): ReLU(z) = Σ_i g a_i + g c with
 * g = 1[z > 0]. Features interact where one moves the gate of another.
 *
 * @module
 */
import { type Neuron, preActivation } from "./neuron.ts";

/** What passes the gate, by feature, and of the rest c; all together ReLU(z). */
export function gateShares({ a, c }: Neuron): { features: Float64Array; rest: number } {
  const gate = preActivation({ a, c }) > 0 ? 1 : 0;
  return { features: Float64Array.from(a, (x) => gate * x), rest: gate * c };
}

/** Whether each feature's removal alone moves the pre-activation over 0. */
export function gateFlips({ a, c }: Neuron): boolean[] {
  const z = preActivation({ a, c });
  return Array.from(a, (x) => z > 0 !== z - x > 0);
}

/** |a_i| if removing j flips the gate that i goes through, else 0: directed, in units of a. */
export function gateFlipSize(neuron: Neuron, { i, j }: { i: number; j: number }): number {
  return gateFlips(neuron)[j] ? Math.abs(neuron.a[i]) : 0;
}

/** One feature at one neuron over tokens: its activations f, contributions a, pre-activations z. */
export type GateSample = { f: ArrayLike<number>; a: ArrayLike<number>; z: ArrayLike<number> };

/**
 * The gate that most tokens of about the same f have; f is cut into `bins` of equally many tokens,
 * equal f stay together, a draw is shut.
 */
export function majorityGates(
  { f, z }: Pick<GateSample, "f" | "z">,
  { bins }: { bins: number },
): boolean[] {
  const order = Array.from(f, (_, t) => t).sort((s, t) => f[s] - f[t] || s - t);
  const binOf = new Uint32Array(f.length);
  order.forEach((t, rank) => {
    const same = rank > 0 && f[order[rank - 1]] === f[t];
    binOf[t] = same ? binOf[order[rank - 1]] : Math.floor(rank * bins / f.length);
  });
  const votes = new Int32Array(bins);
  for (let t = 0; t < f.length; t++) votes[binOf[t]] += z[t] > 0 ? 1 : -1;
  return Array.from(binOf, (bin) => votes[bin] > 0);
}

/** The gate that a feature would expect: a_i + E[z − a_i] > 0. */
export function expectedGates({ a, z }: Pick<GateSample, "a" | "z">): boolean[] {
  let rest = 0;
  for (let t = 0; t < a.length; t++) rest += (z[t] - a[t]) / a.length;
  return Array.from(a, (x) => x + rest > 0);
}

/** Mean over tokens of |a| 1[gate ≠ predicted]: what a feature's own gate gets wrong. */
export function gateError({ a, z }: Pick<GateSample, "a" | "z">, predicted: boolean[]): number {
  let sum = 0;
  for (let t = 0; t < a.length; t++) if (z[t] > 0 !== predicted[t]) sum += Math.abs(a[t]);
  return sum / a.length;
}
