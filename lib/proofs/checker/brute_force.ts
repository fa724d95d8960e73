/**
 * Checker: every sequence, in float64 with an a-priori error bound; what that leaves open, in
 * integers.
 *
 * Sequences with the same tokens at all but the last free position share their sums: v additions
 * each.
 * @module
 */
import { type Enclosure, up } from "../arithmetic/interval.ts";
import { limit, MOST_SUMS } from "./limits.ts";
import type { Check, Counts, TaskCheck } from "./record.ts";
import { answerOf } from "./sequence.ts";
import type { CheckTables } from "./tables.ts";

/** Sequences that the checker runs. */
const MOST_SEQUENCES = 2 ** 31;
/** Sequences left to the integers: ties, mostly. */
const MOST_UNDECIDED = 2e7;

export const bruteForce: Check = {
  limit({ d_vocab: v, n_ctx: K }) {
    limit("sequences", { needed: v ** K, most: MOST_SEQUENCES });
    limit("logits", { needed: v ** (K + 1), most: 2 * MOST_SUMS });
  },
  read: () => (T) => checkBruteForce(T),
};

export const taskBruteForce: TaskCheck = {
  limit: (_, sizes) => bruteForce.limit(sizes),
  read: (_, task) => (T) => checkBruteForce(T, task.answer),
};

/**
 * The number of sequences with logit[m] > logit[x] for all x != m, m their answer, the largest token
 * where none is given: exactly, or, where the tables are
 * widened, in every float32 evaluation of the class, and the most that are right in any.
 */
export function checkBruteForce(
  T: CheckTables,
  rightAnswer?: (tokens: readonly number[]) => number,
): Counts {
  const { v, F } = T;
  let count = 0n, depends = 0n, undecided = 0;
  for (let q = 0; q < v; q++) {
    const { terms, sizes, query, querySize } = addends(T, q);
    const tokens = new Array<number>(F + 1).fill(q);
    const sums = Array.from({ length: F }, () => new Float64Array(v));
    const visit = (i: number, base: Float64Array, { max, size }: { max: number; size: number }) => {
      for (let t = 0; t < v; t++) {
        tokens[i] = t;
        const largest = t > max ? t : max, row = (i * v + t) * v;
        const total = size + sizes[i * v + t];
        if (i < F - 1) {
          const next = sums[i];
          for (let x = 0; x < v; x++) next[x] = base[x] + terms[row + x];
          visit(i + 1, next, { max: largest, size: total });
          continue;
        }
        const m = rightAnswer ? rightAnswer(tokens) : largest;
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
          limit("sequences too close for float64", {
            needed: ++undecided,
            most: MOST_UNDECIDED,
          });
          const answer = answerOf(T, tokens, m);
          if (answer === "right") count++;
          if (answer === "depends") depends++;
        }
      }
    };
    visit(0, query, { max: q, size: querySize });
  }
  return T.widths ? { certified: count, atMost: count + depends } : { certified: count };
}

/**
 * Middles of w(i,t) (EVOU[t,x] + PVOU[i,x] + EU[q,x]), a constant for each (i,t) taken off, rounded
 * to nearest, and, per (i,t), a bound of what they can be wrong by in a difference of two sums of K
 * of them. The weight of a position is the same for both: half its width counts by the range over x,
 * the widths of the entries twice, and 2 K + 24 roundings of their size twice.
 */
function addends({ v, K, F, EVOU, PVOU, EU, token, position }: CheckTables, q: number) {
  const terms = new Float64Array(F * v * v), sizes = new Float64Array(F * v);
  const query = new Float64Array(v), logits = new Float64Array(v);
  const copied = Array.from({ length: v }, (_, t) => rowSize(EVOU, t, v));
  const moved = Array.from({ length: K }, (_, i) => rowSize(PVOU, i, v));
  const direct = rowSize(EU, q, v);
  let querySize = 0;
  const u = 2 ** -53;
  for (let i = 0; i < K; i++) {
    for (let t = i === F ? q : 0; t < (i === F ? q + 1 : v); t++) {
      const lo = token.lo[q * v + t] * position.lo[q * K + i];
      const hi = token.hi[q * v + t] * position.hi[q * K + i];
      let least = Infinity, most = -Infinity, width = 0;
      for (let x = 0; x < v; x++) {
        const low = EVOU.lo[t * v + x] + PVOU.lo[i * v + x] + EU.lo[q * v + x];
        const high = EVOU.hi[t * v + x] + PVOU.hi[i * v + x] + EU.hi[q * v + x];
        logits[x] = (low + high) / 2;
        least = Math.min(least, logits[x]);
        most = Math.max(most, logits[x]);
        width = Math.max(width, (high - low) / 2);
      }
      const weight = (lo + hi) / 2, centre = (least + most) / 2;
      const all = 2 * (copied[t] + moved[i] + direct);
      const error = (hi - lo) / 2 * (most - least) + 2 * hi * width +
        2.01 * ((2 * K + 24) * u * all * hi + 1e-307 * (1 + all));
      if (i === F) querySize = up(error * 1.001);
      else sizes[i * v + t] = up(error * 1.001);
      for (let x = 0; x < v; x++) {
        const value = weight * (logits[x] - centre);
        if (i === F) query[x] = value;
        else terms[(i * v + t) * v + x] = value;
      }
    }
  }
  return { terms, sizes, query, querySize };
}

/** The largest size in a row. */
function rowSize({ lo, hi }: Enclosure, row: number, v: number): number {
  let size = 0;
  for (let n = row * v; n < (row + 1) * v; n++) {
    size = Math.max(size, Math.abs(lo[n]), Math.abs(hi[n]));
  }
  return size;
}
