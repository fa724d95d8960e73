/**
 * Checker: the cubic theorem. One non-maximal token at a time; two orderings of the position
 * scores.
 * @module
 */
import { down, up } from "../arithmetic/interval.ts";
import { limit, MOST_SUMS } from "./limits.ts";
import type { Check } from "./record.ts";
import { type CheckTables, choose, gapUp, orderedSums, weighUp, worstPositions } from "./tables.ts";

export const cubic: Check = {
  limit: ({ d_vocab: v, n_ctx: K }) =>
    limit("sums", { needed: v ** 2 * K * (v + K), most: MOST_SUMS }),
  read: () => (T) => ({ certified: checkCubic(T) }),
};

/** The number of sequences that the cubic theorem certifies. */
function checkCubic(T: CheckTables): bigint {
  const { v, K, F, EVOU, EU, token, position } = T;
  const sums = Array.from({ length: v }, (_, q) => orderedSums(T, q));
  let count = 0n;
  for (let m = 0; m < v; m++) {
    const Pmax = worstPositions(T, m);
    const others = Array.from({ length: v }, (_, x) => x).filter((x) => x !== m);
    const worst = (f: (x: number) => number) => {
      let top = -Infinity;
      for (const x of others) top = Math.max(top, f(x));
      return top;
    };
    const W = Array.from(
      { length: v },
      (_, t) => worst((x) => up(gapUp(EVOU, t * v, m, x) + Pmax[x])),
    );
    for (let q = 0; q <= m; q++) {
      const row = q * v, self = q * K + F;
      const direct = worst((x) => gapUp(EU, row, m, x));
      const all = sums[q].smallest(F);
      const pure = worst((x) => {
        const noise = up(Pmax[x] + gapUp(EU, row, m, x));
        const atMax = up(gapUp(EVOU, m * v, m, x) + noise);
        if (q === m) return atMax;
        const atQuery = up(gapUp(EVOU, q * v, m, x) + noise);
        return up(
          weighUp(
            atQuery,
            Math.max(0, down(token.lo[row + q] * position.lo[self])),
            up(token.hi[row + q] * position.hi[self]),
          ) +
            weighUp(
              atMax,
              Math.max(0, down(token.lo[row + m] * all[0])),
              up(token.hi[row + m] * all[1]),
            ),
        );
      });
      if (pure < 0) count++;
      const weighed = (t: number) =>
        weighUp(up(direct + W[t]), token.lo[row + t], token.hi[row + t]);
      const atQuery = weighUp(weighed(q), position.lo[self], position.hi[self]), atMax = weighed(m);
      for (let n = 1; n <= (q === m ? F : F - 1); n++) {
        const orders = [
          [sums[q].smallest(F - n), sums[q].largest(n)],
          [sums[q].largest(F - n), sums[q].smallest(n)],
        ].map(([max, rest]) => ({ rest, fixed: up(atQuery + weighUp(atMax, max[0], max[1])) }));
        let good = 0n;
        for (let t = 0; t < m; t++) {
          const value = weighed(t);
          if (orders.every(({ rest, fixed }) => up(weighUp(value, rest[0], rest[1]) + fixed) < 0)) {
            good++;
          }
        }
        count += choose(F, n) * good ** BigInt(n);
      }
    }
  }
  return count;
}
