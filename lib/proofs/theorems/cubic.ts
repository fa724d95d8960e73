/**
 * The cubic proof: one non-maximal token at a time.
 *
 * For a query q and maximum m, the condition "x beats m" is a sum over positions of e^(score) times
 * a bound that depends on the token there alone. So if every sequence with copies of ONE
 * non-maximal token is right, all mixtures of such tokens are. Position scores enter by two extreme
 * orderings. Source: arXiv 2406.11779, theorem "cubic"; no division here, only signs.
 * @module
 */
import { down, timesWeightUp, up } from "../arithmetic/interval.ts";
import { binomials } from "../tables/counting.ts";
import type { Flops } from "../tables/flops.ts";
import { type PositionSums, positionSums } from "../tables/position_sums.ts";
import { countTables, type ProofTables } from "../tables/folded.ts";
import { exactDimension } from "../tables/dimension.ts";
import { sumPairs, type Verification } from "../tables/verification.ts";
import { single, type Theorem } from "../theorem.ts";

export const cubic: Theorem = {
  ...single("cubic"),
  title: "One non-maximal token at a time, two orders of the position scores",
  source: "paper",
  sound: true,
  options: [],
  planned: [{ strategy: "cubic", everyFloat32: true }],
  growth: 3,
  verify: ({ tables }) => verifyCubic(tables),
  dimension: (_, sizes) => exactDimension(sizes),
};

function verifyCubic(tables: ProofTables): Verification {
  const { v, K } = tables;
  const F = K - 1;
  const flops: Flops = { total: 0 };
  countTables(flops, tables, ["EQK", "EQP", "EVOU", "PVOU", "EU"]);
  const choose = binomials(K);
  const sums = Array.from({ length: v }, (_, q) => positionSums(tables.expEQP, q, K));
  flops.total += v * (F - 1 + 4 * F); // sorting, prefix sums from both ends
  const byPair = new Array<bigint>(v * v).fill(0n);
  for (let m = 0; m < v; m++) {
    const wrong = wrongTokenBounds(tables, m);
    flops.total += 2 * v * K * v + 3 * v * v;
    for (let q = 0; q <= m; q++) {
      const direct = directGap(tables, q, m);
      const pure = noOtherToken(tables, { q, m, Pmax: wrong.Pmax, sums: sums[q] });
      flops.total += 3 * v + 8 * v;
      if (pure < 0) byPair[q * v + m] += 1n;
      const most = q === m ? F : F - 1;
      for (let n = 1; n <= most; n++) {
        let good = 0;
        for (let other = 0; other < m; other++) {
          const value = worstOrdering(tables, {
            q,
            m,
            other,
            n,
            direct,
            W: wrong.W,
            sums: sums[q],
          });
          if (value < 0) good++;
        }
        flops.total += 26 * m;
        byPair[q * v + m] += choose[F][n] * BigInt(good) ** BigInt(n);
      }
    }
  }
  return sumPairs(byPair, flops.total);
}

/**
 * Pmax[x] = max_i PVOU[i,x] - PVOU[i,m], and W[t] = max_{x != m} EVOU[t,x] - EVOU[t,m] + Pmax[x].
 */
function wrongTokenBounds({ v, K, PVOU, EVOU }: ProofTables, m: number) {
  const Pmax = new Float64Array(v).fill(-Infinity), W = new Float64Array(v).fill(-Infinity);
  for (let i = 0; i < K; i++) {
    for (let x = 0; x < v; x++) {
      Pmax[x] = Math.max(Pmax[x], up(PVOU.hi[i * v + x] - PVOU.lo[i * v + m]));
    }
  }
  for (let t = 0; t < v; t++) {
    for (let x = 0; x < v; x++) {
      if (x === m) continue;
      W[t] = Math.max(W[t], up(up(EVOU.hi[t * v + x] - EVOU.lo[t * v + m]) + Pmax[x]));
    }
  }
  return { Pmax, W };
}

/** max over x != m of EU[q,x] - EU[q,m]. */
function directGap({ v, EU }: ProofTables, q: number, m: number): number {
  let gap = -Infinity;
  for (let x = 0; x < v; x++) {
    if (x !== m) gap = Math.max(gap, EU.hi[q * v + x]);
  }
  return up(gap - EU.lo[q * v + m]);
}

/** The case n = 0: every free position holds m. Exact in x. */
function noOtherToken(
  { v, K, EU, EVOU, expEQK, expEQP }: ProofTables,
  { q, m, Pmax, sums }: { q: number; m: number; Pmax: Float64Array; sums: PositionSums },
): number {
  const maxLow = Math.max(0, down(expEQK.lo[q * v + m] * sums.smallest.lo[K - 1]));
  const maxHigh = up(expEQK.hi[q * v + m] * sums.smallest.hi[K - 1]);
  const queryLow = Math.max(0, down(expEQK.lo[q * v + q] * expEQP.lo[q * K + K - 1]));
  const queryHigh = up(expEQK.hi[q * v + q] * expEQP.hi[q * K + K - 1]);
  let worst = -Infinity;
  for (let x = 0; x < v; x++) {
    if (x === m) continue;
    const noise = up(up(EU.hi[q * v + x] - EU.lo[q * v + m]) + Pmax[x]);
    const atMax = up(noise + up(EVOU.hi[m * v + x] - EVOU.lo[m * v + m]));
    const atQuery = up(noise + up(EVOU.hi[q * v + x] - EVOU.lo[q * v + m]));
    const value = q === m ? atMax : up(
      timesWeightUp(atMax, maxLow, maxHigh) + timesWeightUp(atQuery, queryLow, queryHigh),
    );
    // Not Math.max alone: a NaN must stay.
    worst = value > worst || value !== value ? value : worst;
    if (worst !== worst) return worst;
  }
  return worst;
}

/** n >= 1 copies of `other`: the larger value of the two orderings of the position scores. */
function worstOrdering(
  { v, K, expEQK, expEQP }: ProofTables,
  { q, m, other, n, direct, W, sums }: {
    q: number;
    m: number;
    other: number;
    n: number;
    direct: number;
    W: Float64Array;
    sums: PositionSums;
  },
): number {
  const F = K - 1, copies = F - n, row = q * v;
  const token = (t: number) =>
    timesWeightUp(up(W[t] + direct), expEQK.lo[row + t], expEQK.hi[row + t]);
  const atQuery = timesWeightUp(token(q), expEQP.lo[q * K + F], expEQP.hi[q * K + F]);
  const atMax = token(m), atOther = token(other);
  const value = (maxima: keyof PositionSums, rest: keyof PositionSums) =>
    up(
      up(atQuery + timesWeightUp(atMax, sums[maxima].lo[copies], sums[maxima].hi[copies])) +
        timesWeightUp(atOther, sums[rest].lo[n], sums[rest].hi[n]),
    );
  const low = value("smallest", "largest"), high = value("largest", "smallest");
  return low > high ? low : high;
}
