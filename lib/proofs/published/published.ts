/**
 * The 100 subcubic strategies as published: plain numbers, the published search, and the published
 * steps.
 *
 * NOT proofs. Their steps include an unsound one (M(abar) extrapolated by its largest slope also
 * downwards, and one end of the attention chosen by comparing rmax with W), a count that is one
 * choice short, and a search that looks at another direct path than the verifier. They exist to be
 * compared with subcubic.ts. Source: arXiv 2406.11779 and its code,
 * JasonGross/guarantees-based-mechanistic-interpretability.
 * @module
 */
import { binomials } from "../tables/counting.ts";
import { sumPairs, type Verification } from "../tables/verification.ts";
import { type Flops, softmaxFlops } from "../tables/flops.ts";
import type { PlainCase, Published } from "./tables.ts";
import type { Gaps } from "../subcubic/gaps.ts";

/**
 * What the published verifier counts: cases with a negative value, m - g choices for each other
 * token.
 */
export function runPublished(published: Published, gaps: Gaps): Verification {
  const { v, K, verify, flops: { total } } = published;
  const choose = binomials(K);
  const flops: Flops = { total };
  const byPair = new Array<bigint>(v * v).fill(0n);
  for (let m = 0; m < v; m++) {
    if (pureValue(verify, m) < 0) byPair[m * v + m] += 1n;
    flops.total += 6 * v;
    for (let n = 1; m > 0 && n < K; n++) {
      const g = Array.from({ length: m + 1 }, (_, q) => gaps[(q * v + m) * K + n]);
      const rivals = publishedRivals(verify, m, g);
      flops.total += caseFlops(published, n, rivals.weights.filter((w) => w === w).length);
      publishedValues(verify, { m, n, ...rivals }).forEach((value, q) => {
        if (!(value < 0)) return;
        const free = q < m ? n - 1 : n;
        byPair[q * v + m] += free === 0
          ? 1n
          : choose[K - 1][free] * BigInt(m - g[q]) ** BigInt(free);
      });
    }
  }
  return sumPairs(byPair, flops.total);
}

/** The published search: one gap for all cases at a time, from the largest to 1. */
export function searchPublished({ v, K, search }: Published): Gaps {
  const gaps = new Uint16Array(v * v * K).fill(1);
  for (let g = v - 1; g >= 1; g--) {
    for (let m = g; m < v; m++) {
      const rivals = publishedRivals(search, m, new Array<number>(m + 1).fill(g));
      for (let n = 1; n < K; n++) {
        const values = publishedValues(search, { m, n, ...rivals });
        for (let q = 0; q <= m; q++) if (values[q] < 0) gaps[(q * v + m) * K + n] = g;
      }
    }
  }
  return gaps;
}

/** What the other tokens of the cases (q, m, .) can do when they are at most m - g[q]. */
export interface Rivals {
  /** Largest row range of EVOU among them, over all q. */
  W: number;
  /** Which end of the attention the published step takes: the least where max r < W. */
  low: boolean;
  /**
   * e^(score of m - score of the most, or least, attractive of them) per q; NaN where no such case
   * exists.
   */
  weights: Float64Array;
}

/** Rivals of maximum m for one gap per query 0..m. */
export function publishedRivals(plain: PlainCase, m: number, g: readonly number[]): Rivals {
  const W = plain.W[m - Math.min(...g)] ?? -Infinity;
  const low = plain.rmax[m] < W;
  const weights = Float64Array.from(
    g,
    (gap, q) => m < gap || (q < m && m - q < gap) ? NaN : rivalWeight(plain, { q, m, gap, low }),
  );
  return { W, low, weights };
}

/**
 * e^(score of m - score of the most (low) or least attractive token up to m - gap), the error
 * against m.
 */
export function rivalWeight(
  { A, err, top, least, v }: PlainCase,
  { q, m, gap, low }: { q: number; m: number; gap: number; low: boolean },
): number {
  const extreme = (low ? top : least)[q * v + m - gap];
  return Math.exp(A[q * v + m] - extreme + (low ? -err[q] : err[q]));
}

/** Values of the cases (q, m, n) for q = 0..m; NaN where no such case exists. */
export function publishedValues(
  plain: PlainCase,
  { m, n, W, low, weights }: Rivals & { m: number; n: number },
): Float64Array {
  const { averaged, gap } = plain, rmax = plain.rmax[m];
  const values = new Float64Array(m + 1);
  let sum = 0, valid = 0;
  for (let q = 0; q <= m; q++) {
    const a = attentionOn(plain, { q, m, n, weight: weights[q], low });
    values[q] = a;
    if (a !== a) continue;
    sum += a;
    valid++;
  }
  const abar = averaged && valid > 0 ? sum / valid : 0;
  const shared = linesAt(plain, m, abar) + (1 - abar) * W;
  for (let q = 0; q <= m; q++) values[q] = shared + gap[q] + (values[q] - abar) * (rmax - W);
  return values;
}

/** Attention on m, at least (or most) favoured positions. */
export function attentionOn(
  { K, smallest, largest }: PlainCase,
  { q, m, n, weight, low }: { q: number; m: number; n: number; weight: number; low: boolean },
): number {
  const own = q === m ? 1 : 0, copies = K - n - own;
  const max = own + (low ? smallest : largest)[q * K + copies];
  const rest = 1 - own + (low ? largest : smallest)[q * K + K - 1 - copies];
  return 1 / (1 + rest / (max * weight));
}

/** M(a) = max over x != m of L0[x] - L0[m] + Pmax[x] + a r_x. */
export function linesAt({ v, offset, r }: PlainCase, m: number, a: number): number {
  let M = -Infinity;
  for (let i = m * v; i < (m + 1) * v; i++) {
    const line = offset[i] + a * r[i];
    if (line > M) M = line;
  }
  return M;
}

/** n = 0: the exact row of the direct path. */
function pureValue({ v, direct, r, Pmax }: PlainCase, m: number): number {
  let worst = -Infinity;
  for (let x = 0; x < v; x++) {
    if (x === m) continue;
    const i = m * v + x;
    worst = Math.max(worst, direct[i] - direct[m * v + m] + r[i] + Pmax[i]);
  }
  return worst;
}

/**
 * Two scores each: extrema and error, then for both orderings shift, scale, softmax and sum. W, r
 * and the lines once for all queries; the mean attention and its product with r where they are
 * used.
 */
function caseFlops({ v, K, verify }: Published, n: number, valid: number): number {
  const both = 2 * (K - n + K + softmaxFlops(K) + K - n - 1);
  return valid * (4 + both + 8) + 6 * v + (verify.averaged ? 3 * v : 0);
}
