/**
 * Checker: every sequence, in float64 with an a-priori error bound; what that leaves open, in
 * integers.
 *
 * Sequences with the same tokens at all but the last free position share their sums: v additions
 * each.
 * @module
 */
import { up } from "../arithmetic/interval.ts";
import { type ExpTerm, signOfSum } from "../arithmetic/sign.ts";
import { limit, MOST_SUMS } from "./limits.ts";
import type { Check } from "./record.ts";
import type { CheckTables } from "./tables.ts";

/** Sequences that the checker runs. */
const MOST_SEQUENCES = 2 ** 31;
/** Sequences left to the integers: ties, mostly. */
const MOST_UNDECIDED = 2e7;

export const bruteForce: Check = {
  limit({ d_vocab: v, n_ctx: K }) {
    limit("sequences", v ** K, MOST_SEQUENCES);
    limit("logits", v ** (K + 1), 2 * MOST_SUMS);
  },
  read: () => (T) => ({ certified: checkBruteForce(T) }),
};

/** The number of sequences with logit[m] > logit[x] for all x != m, exactly. */
export function checkBruteForce(T: CheckTables): bigint {
  const { v, F } = T;
  let count = 0n, undecided = 0;
  for (let q = 0; q < v; q++) {
    const { terms, sizes, query, querySize } = addends(T, q);
    const tokens = new Array<number>(F + 1).fill(q);
    const sums = Array.from({ length: F }, () => new Float64Array(v));
    const visit = (i: number, base: Float64Array, { max, size }: { max: number; size: number }) => {
      for (let t = 0; t < v; t++) {
        tokens[i] = t;
        const m = t > max ? t : max, row = (i * v + t) * v;
        const total = size + sizes[i * v + t];
        if (i < F - 1) {
          const next = sums[i];
          for (let x = 0; x < v; x++) next[x] = base[x] + terms[row + x];
          visit(i + 1, next, { max: m, size: total });
          continue;
        }
        let best = -Infinity;
        for (let x = 0; x < m; x++) {
          const s = base[x] + terms[row + x];
          if (s > best) best = s;
        }
        for (let x = m + 1; x < v; x++) {
          const s = base[x] + terms[row + x];
          if (s > best) best = s;
        }
        const margin = base[m] + terms[row + m] - best;
        if (margin > total) count++;
        else if (!(margin < -total)) {
          limit("sequences too close for float64", ++undecided, MOST_UNDECIDED);
          if (exactlyRight(T, tokens, m)) count++;
        }
      }
    };
    visit(0, query, { max: q, size: querySize });
  }
  return count;
}

/**
 * Lower ends of w(i,t) (EVOU[t,x] + PVOU[i,x] + EU[q,x]), rounded to nearest, and, per (i,t), a
 * bound of what they can be wrong by in a difference of two sums of K of them: twice (size times
 * the width of w, and 2 K + 24 roundings).
 */
function addends({ v, K, F, EVOU, PVOU, EU, token, position }: CheckTables, q: number) {
  const terms = new Float64Array(F * v * v), sizes = new Float64Array(F * v);
  const query = new Float64Array(v);
  let querySize = 0;
  const u = 2 ** -53;
  for (let i = 0; i < K; i++) {
    for (let t = i === F ? q : 0; t < (i === F ? q + 1 : v); t++) {
      const lo = token.lo[q * v + t] * position.lo[q * K + i];
      const hi = token.hi[q * v + t] * position.hi[q * K + i];
      let error = 0;
      for (let x = 0; x < v; x++) {
        const a = EVOU.lo[t * v + x] + PVOU.lo[i * v + x] + EU.lo[q * v + x];
        const size = Math.abs(EVOU.hi[t * v + x]) + Math.abs(PVOU.hi[i * v + x]) +
          Math.abs(EU.hi[q * v + x]);
        const value = a * lo;
        // Table ends differ by < 4 u of their size each, weights by hi - lo; products and sums
        // round.
        error = Math.max(
          error,
          size * (hi - lo) + (2 * K + 24) * u * size * hi + 1e-307 * (1 + size),
        );
        if (i === F) query[x] = value;
        else terms[(i * v + t) * v + x] = value;
      }
      if (i === F) querySize = up(error * 2.01);
      else sizes[i * v + t] = up(error * 2.01);
    }
  }
  return { terms, sizes, query, querySize };
}

/** Exact decision: merge equal exponents, double the precision. */
function exactlyRight({ v, K, exact, model }: CheckTables, tokens: number[], m: number): boolean {
  const { EQK, EQP, EVOU, PVOU, EU } = exact;
  const q = tokens[K - 1];
  const unit = Math.min(EVOU.exponent, PVOU.exponent, EU.exponent);
  const exponent = Math.min(EQK.exponent, EQP.exponent);
  const at = (a: typeof EU, index: number, to: number) =>
    a.values[index] << BigInt(a.exponent - to);
  for (let x = 0; x < v; x++) {
    if (x === m) continue;
    const terms: ExpTerm[] = tokens.map((t, i) => ({
      coefficient: at(EVOU, t * v + x, unit) - at(EVOU, t * v + m, unit) +
        at(PVOU, i * v + x, unit) -
        at(PVOU, i * v + m, unit) + at(EU, q * v + x, unit) - at(EU, q * v + m, unit),
      score: at(EQK, q * v + t, exponent) + at(EQP, q * K + i, exponent),
    }));
    if (signOfSum(terms, { exponent, d_head: model.config.d_head }) >= 0) return false;
  }
  return true;
}
