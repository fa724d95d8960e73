/**
 * Checker: the sound subcubic theorem (and N6, its sharper form), for hinted gaps and directions.
 *
 * Case (q, m, n): n other tokens, all at most m - g. With attention a on m, wrong logits are at
 * most M(a) + (1 - a) W + slack, convex in a; here M(a) is the plain maximum over x at both ends of
 * a.
 * @module
 */
import { down, up } from "../arithmetic/interval.ts";
import { checkedDirect, DIRECT_WAYS } from "./direct.ts";
import { readVectors } from "./hint_vectors.ts";
import { limit, MOST_SUMS } from "./limits.ts";
import { pairIndex } from "./reader.ts";
import type { Check } from "./record.ts";
import { checkedScores, type HintVectors, SCORE_WAYS } from "./scores.ts";
import { type CheckTables, choose, gapUp, orderedSums, pow, worstPositions } from "./tables.ts";

const HANDLINGS = ["mean_query+diff", "drop_average_query_per_output_logit_reasoning"];

export const subcubic: Check = {
  limit: ({ d_vocab: v, n_ctx: K }) =>
    limit("sums", { needed: v ** 2 * K * (2 * v + K), most: MOST_SUMS }),
  read(reader) {
    const { v, K } = reader;
    const attention = reader.choice("attention", SCORE_WAYS);
    const handling = reader.choice("handling", HANDLINGS);
    const direct = reader.choice("direct", DIRECT_WAYS);
    const sharper = reader.choice("sharper", ["no", "N6"]) === "N6";
    const vectors = readVectors(reader, attention, direct);
    const pairs = pairIndex(v - 1, v - 1, v) + 1;
    const g = reader.integers("gaps", pairs * (K - 1), [1, v]);
    const gap = (q: number, m: number, n: number) => g[pairIndex(q, m, v) * (K - 1) + n - 1];
    const claim = { attention, handling, direct, sharper, vectors, gap };
    return (T) => ({ certified: checkSubcubic(T, claim) });
  },
};

interface SubcubicClaim {
  attention: string;
  handling: string;
  direct: string;
  sharper: boolean;
  vectors: HintVectors;
  /** gap(q, m, n) >= 1. */
  gap(q: number, m: number, n: number): number;
}

/** The number of sequences the theorem certifies. */
function checkSubcubic(T: CheckTables, claim: SubcubicClaim): bigint {
  const { v, K, EVOU, EU, position } = T;
  const { weights, errUp, errDown } = checkedScores(T, claim.attention, claim.vectors);
  const { L0, gap: slack } = checkedDirect(T, claim.direct, claim.vectors.direct ?? []);
  const sums = Array.from({ length: v }, (_, q) => orderedSums(T, q));
  const rowTop = extremes(v, (t) => EVOU.hi.subarray(t * v, (t + 1) * v), Math.max);
  const rowLow = extremes(v, (t) => EVOU.lo.subarray(t * v, (t + 1) * v), Math.min);
  let count = 0n;
  for (let m = 0; m < v; m++) {
    const Pmax = worstPositions(T, m);
    const others = Array.from({ length: v }, (_, x) => x).filter((x) => x !== m);
    const r = others.map((x) => gapUp(EVOU, m * v, m, x));
    const offset = others.map((x) => up(Pmax[x] + up(L0.hi[x] - L0.lo[m])));
    const rTop = r.reduce((a, b) => Math.max(a, b)),
      offsetTop = offset.reduce((a, b) => Math.max(a, b));
    const M = (a: number) => {
      if (claim.handling !== "mean_query+diff") return up(up(a * rTop) + offsetTop);
      let top = -Infinity;
      for (let n = 0; n < r.length; n++) top = Math.max(top, up(up(a * r[n]) + offset[n]));
      return top;
    };
    const W: number[] = [];
    for (let t = 0; t < m; t++) {
      const range = up(rowTop[t] - (claim.sharper ? EVOU.lo[t * v + m] : rowLow[t]));
      W.push(t === 0 ? range : Math.max(W[t - 1], range));
    }
    const pure = others.map((x, n) => up(up(gapUp(EU, m * v, m, x) + r[n]) + Pmax[x]));
    if (pure.every((value) => value < 0)) count++;
    for (let q = 0; q <= m; q++) {
      let direct = slack[q];
      if (claim.sharper) {
        direct = -Infinity;
        for (const x of others) direct = Math.max(direct, up(EU.hi[q * v + x] - L0.lo[x]));
        direct = up(direct - down(EU.lo[q * v + m] - L0.hi[m]));
      }
      for (let n = 1; m > 0 && n < K; n++) {
        const g = claim.gap(q, m, n), last = m - g;
        if (last < 0 || (q < m && m - q < g)) continue;
        const own = q === m, copies = K - n - (own ? 1 : 0), self = q * K + K - 1;
        const queryWeight = [position.lo[self], position.hi[self]];
        const max = (s: [number, number], n: 0 | 1) => own ? s[n] + queryWeight[n] : s[n];
        const rest = (s: [number, number], n: 0 | 1) => own ? s[n] : s[n] + queryWeight[n];
        let attractive = 0, dull = Infinity;
        for (let t = 0; t <= last; t++) {
          attractive = Math.max(attractive, weights.hi[q * v + t]);
          dull = Math.min(dull, weights.lo[q * v + t]);
        }
        const w = q * v + m, free = K - 1 - copies;
        const low = fraction(
          Math.max(0, down(down(max(sums[q].smallest(copies), 0)) * weights.lo[w])),
          up(up(up(rest(sums[q].largest(free), 1)) * errUp[q]) * attractive),
        )[0];
        const high = fraction(
          up(up(max(sums[q].largest(copies), 1)) * weights.hi[w]),
          Math.max(0, down(down(down(rest(sums[q].smallest(free), 0)) * errDown[q]) * dull)),
        )[1];
        const value = (a: number) => {
          const share = W[last] < 0 ? Math.max(0, down(1 - a)) : up(1 - a);
          return up(up(M(a) + direct) + up(share * W[last]));
        };
        if (!(value(low) < 0 && value(high) < 0)) continue;
        const others = q < m ? n - 1 : n;
        count += choose(K - 1, others) * pow(m - g + 1, others);
      }
    }
  }
  return count;
}

/** Lower and upper end of max / (max + rest), both >= 0; [0, 1] where that is NaN. */
function fraction(max: number, rest: number): [number, number] {
  const ratio = rest / max;
  if (!(ratio >= 0)) return [0, 1];
  return [
    Math.max(0, down(1 / up(1 + up(ratio)))),
    Math.min(1, up(1 / down(1 + Math.max(0, down(ratio))))),
  ];
}

function extremes(
  v: number,
  row: (t: number) => Float64Array,
  pick: (a: number, b: number) => number,
): number[] {
  return Array.from({ length: v }, (_, t) => row(t).reduce((a, b) => pick(a, b)));
}
