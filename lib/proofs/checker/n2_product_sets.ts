/**
 * Checker: theorem N2, product sets of sequences that are entirely right.
 *
 * Sets of m's positions of one size at once, as in N1n; the other positions hold the first j[a]
 * tokens of a hinted order.
 * @module
 */
import { largestByCount, overPairs } from "./every_pair.ts";
import { limitTerms } from "./limits.ts";
import { integersOf, pairIndex, type Reader, reject } from "./reader.ts";
import type { Check } from "./record.ts";
import { type CheckTables, choose, pow } from "./tables.ts";

/** The hints of one pair (q, m). */
interface OrderHint {
  /** A permutation of the tokens below m. */
  order: number[];
  /** j[a] for a = 0..F. */
  j: number[];
}

export const n2: Check = {
  limit: ({ d_vocab: v, n_ctx: K }) => limitTerms({ v, K, each: K ** 2 * (K + v / 2) }),
  read(reader) {
    const hints = readOrders(reader);
    return (T) => ({ certified: checkN2(T, hints) });
  },
};

/**
 * For each pair q <= m a permutation of the tokens below m, and j[a] for a = 0..F; null where q >
 * m.
 */
function readOrders(reader: Reader): (OrderHint | null)[] {
  const { v, K } = reader;
  const orders = reader.list("orders", v * (v + 1) / 2);
  const sizes = reader.list("j", v * (v + 1) / 2);
  const out = new Array<OrderHint | null>(v * v).fill(null);
  for (let q = 0; q < v; q++) {
    for (let m = q; m < v; m++) {
      const at = pairIndex(q, m, v);
      const order = integersOf("orders", orders[at], { length: m, range: [0, m - 1] });
      if (new Set(order).size !== m) {
        reject(`hint orders[${at}] repeats a token and misses another`);
      }
      out[q * v + m] = { order, j: integersOf("j", sizes[at], { length: K, range: [0, m] }) };
    }
  }
  return out;
}

function checkN2(T: CheckTables, hints: (OrderHint | null)[]): bigint {
  const { v, F } = T;
  const below = new Float64Array(F);
  return overPairs(T, (terms, q, m) => {
    const { order, j } = hints[q * v + m]!;
    const bad = new Uint8Array(F + 1);
    for (let x = 0; x < v; x++) {
      if (x === m) continue;
      terms.upper(m, x);
      let last = -1;
      let best: number[] = [];
      for (let a = q < m ? 1 : 0; a <= F; a++) {
        const size = a === F ? 0 : j[a];
        if (bad[a] || (a < F && size === 0)) continue;
        if (size !== last) {
          for (let i = 0; i < F; i++) {
            below[i] = -Infinity;
            for (let s = 0; s < size; s++) {
              below[i] = Math.max(below[i], terms.hi[i * v + order[s]]);
            }
          }
          best = largestByCount(T, terms, { m, below });
          last = size;
        }
        if (!(best[a] < 0)) bad[a] = 1;
      }
    }
    let count = 0n;
    for (let a = q < m ? 1 : 0; a <= F; a++) {
      if (!bad[a]) count += choose(F, a) * pow(a === F ? 0 : j[a], F - a);
    }
    return count;
  });
}
