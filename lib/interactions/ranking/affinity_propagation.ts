/**
 * Affinity propagation (Frey and Dueck, Science 315, 2007): items send each other messages until
 * some of them stand for the others. The number of clusters follows from the preference.
 *
 *   r(i,k) ← s(i,k) − max_{k' ≠ k} [a(i,k') + s(i,k')]
 *   a(i,k) ← min(0, r(k,k) + Σ_{i' ∉ {i,k}} max(0, r(i',k))),     a(k,k) ← Σ_{i' ≠ k} max(0, r(i',k))
 *
 * Both damped; item i goes to the k with the largest a + r. No tie is broken by chance: of equal
 * ones the earlier wins.
 *
 * @module
 */
import { exactly, expectForm, maybe, number, whole } from "../../io/form.ts";
import { expectNumbers } from "../../numerics/numbers.ts";
import { median } from "../../numerics/statistics.ts";

/** How clusters are made by affinity propagation. */
export type AffinityOptions = {
  /** s(k,k): the larger, the more clusters; the median of the similarities of unlike items by default. */
  preference?: number;
  /** The part of a message that stays, from 0.5. */
  damping?: number;
  iterations?: number;
  /** Iterations without another choice of exemplars after which it ends. */
  steady?: number;
};

/** `exemplar` [n]: the item that stands for each; `converged`: whether the choice became steady. */
export type Affinity = { exemplar: Int32Array; converged: boolean; iterations: number };

const ACTION = "propagate affinity";
const OPTIONS = exactly({
  preference: maybe(number()),
  damping: maybe(number({ least: 0.5, below: 1 })),
  iterations: maybe(whole(1)),
  steady: maybe(whole(1)),
});

/** Clusters n items by their similarities [n, n], row-major, whose diagonal is not read. */
export function affinityPropagation(
  similarity: Float64Array,
  options: AffinityOptions = {},
): Affinity {
  const given = expectForm(ACTION, options, OPTIONS) as AffinityOptions;
  const { damping = 0.9, iterations = 400, steady = 30 } = given;
  const n = Math.sqrt(similarity.length);
  if (!Number.isInteger(n) || n < 2) {
    throw new RangeError(
      `Cannot ${ACTION}: expected similarities [n, n] of two items at least but found ` +
        `${similarity.length} numbers: pass one for each two items`,
    );
  }
  expectNumbers(ACTION, similarity);
  const s = similarity.slice();
  const preference = given.preference ?? median([...s].filter((_, at) => at % (n + 1) !== 0));
  for (let k = 0; k < n; k++) s[k * n + k] = preference;
  const r = new Float64Array(n * n), a = new Float64Array(n * n);
  let chosen = "", since = 0, done = 0;
  while (done < iterations && since < steady) {
    responsibilities(r, { s, a, n, damping });
    availabilities(a, { r, n, damping });
    done++;
    const now = exemplars(a, r, n).join();
    since = now === chosen && now !== "" ? since + 1 : 0;
    chosen = now;
  }
  const exemplar = assigned(s, { chosen: exemplars(a, r, n), n });
  return { exemplar, converged: since >= steady, iterations: done };
}

type Messages = { n: number; damping: number };

function responsibilities(
  r: Float64Array,
  { s, a, n, damping }: Messages & { s: Float64Array; a: Float64Array },
): void {
  for (let row = 0; row < n * n; row += n) {
    let first = -Infinity, second = -Infinity, at = -1;
    for (let k = row; k < row + n; k++) {
      const value = a[k] + s[k];
      if (value > first) [second, first, at] = [first, value, k];
      else if (value > second) second = value;
    }
    for (let k = row; k < row + n; k++) {
      r[k] = damping * r[k] + (1 - damping) * (s[k] - (k === at ? second : first));
    }
  }
}

function availabilities(a: Float64Array, { r, n, damping }: Messages & { r: Float64Array }): void {
  const sums = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < n; k++) if (i !== k) sums[k] += Math.max(0, r[i * n + k]);
  }
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < n; k++) {
      const at = i * n + k;
      const fresh = i === k ? sums[k] : Math.min(0, r[k * n + k] + sums[k] - Math.max(0, r[at]));
      a[at] = damping * a[at] + (1 - damping) * fresh;
    }
  }
}

function exemplars(a: Float64Array, r: Float64Array, n: number): number[] {
  return [...Array(n).keys()].filter((k) => a[k * (n + 1)] + r[k * (n + 1)] > 0);
}

/** Each item to the most similar exemplar, exemplars to themselves; to itself where there is none. */
function assigned(
  s: Float64Array,
  { chosen, n }: { chosen: number[]; n: number },
): Int32Array {
  const is = new Set(chosen);
  return Int32Array.from({ length: n }, (_, i) => {
    if (is.has(i) || chosen.length === 0) return i;
    return chosen.reduce((best, k) => s[i * n + k] > s[i * n + best] ? k : best);
  });
}
