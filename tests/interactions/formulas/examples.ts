/** What the tests of the formulas share: a neuron worked by hand, and seeded random ones. @module */
import type { Neuron } from "../../../lib/interactions/formulas/neuron.ts";
import type { NonlinearityName } from "../../../lib/interactions/formulas/nonlinearity.ts";
import { stream } from "../../../lib/numerics/random.ts";

export const NAMES = [
  "relu",
  "gelu",
  "gelu_new",
  "silu",
  "identity",
] as const satisfies readonly NonlinearityName[];

/** Five contributions, the fourth dominant; the examples put c = −0.3, 0 or 0.2 beside them. */
export const FIVE = [0.9, -0.4, 0.7, -1.1, 0.25];

/** Neurons of 1 to `most` features with standard normal contributions and rests. */
export function neurons(
  count: number,
  { most = 8, seed = 0 } = {},
): (Neuron & { a: number[] })[] {
  const random = stream(seed, "neurons");
  return Array.from({ length: count }, () => {
    const n = 1 + random.int(most);
    return { a: Array.from({ length: n }, () => random.normal()), c: random.normal() };
  });
}

export function sum(values: Iterable<number>): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
