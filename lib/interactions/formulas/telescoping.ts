/** The excess of a neuron as one signed term for every feature but the dominant one. @module */
import { bySize, type Neuron } from "./neuron.ts";
import type { Nonlinearity } from "./nonlinearity.ts";

/** What feature `j` adds beside the dominant one and those larger than itself. */
export type TelescopingTerm = { dominant: number; j: number; value: number };

/**
 * By falling |a|, starting at s = c + a_i*: e_j = [phi(s + a_j) − phi(s)] − [phi(c + a_j) − phi(c)],
 * then s += a_j (derived here). The terms sum to the excess; each is at most osc(phi') |a_j|, so
 * their sizes are never above the dominant bound. O(n).
 */
export function telescopingTerms(
  { value }: Pick<Nonlinearity, "value">,
  { a, c }: Neuron,
): TelescopingTerm[] {
  const [dominant, ...rest] = bySize(a);
  let s = c + a[dominant];
  return rest.map((j) => {
    const term = value(s + a[j]) - value(s) - (value(c + a[j]) - value(c));
    s += a[j];
    return { dominant, j, value: term };
  });
}
