/**
 * The cases of a published strategy one by one, each with the value that the published step gives and the one that
 * its own premises allow: what the difference between the two rests on is counted here.
 *
 * With attention a in [a_lo, a_hi] on the maximum, premises are M(a) + (1 - a) W + gap, M convex. The published step
 * evaluates one end only (a_lo where max r < W, else a_hi) and extrapolates M from its mean attention by the largest
 * slope, which is below M where a is smaller. The sound value is the larger of the two ends, M exact.
 * Source: sections 4.3 and 9 (A, B) of the project's reference on arXiv 2406.11779. Plain float64: a measurement.
 * @module
 */
import type { Published } from "../published.ts";
import type { Gaps } from "../subcubic.ts";

export type PublishedCase = {
  q: number;
  m: number;
  n: number;
  g: number;
  /** As published; negative: certified. */
  value: number;
  /** The same premises without the unsound step. */
  sound: number;
};

type Plain = Published["verify"];

/** Every case with n >= 1 that exists at its gap. */
export function* publishedCases(
  { v, K, verify }: Published,
  gaps: Gaps,
): Generator<PublishedCase> {
  for (let m = 1; m < v; m++) {
    const lines = wrongTokens(verify, v, m);
    for (let n = 1; n < K; n++) {
      const g = Array.from({ length: m + 1 }, (_, q) => gaps[(q * v + m) * K + n]);
      const valid = g.flatMap((gap, q) => m < gap || (q < m && m - q < gap) ? [] : [q]);
      const W = largestBelow(verify.R, m - Math.min(...g));
      const low = lines.rmax < W;
      const ends = valid.map((q) => attentionEnds(verify, { v, K, q, m, n, g: g[q] }));
      const chosen = ends.map(([least, most]) => low ? least : most);
      const abar = verify.averaged && valid.length > 0
        ? chosen.reduce((sum, a) => sum + a, 0) / valid.length
        : 0;
      const M = lines.at(abar);
      for (const [i, q] of valid.entries()) {
        const gap = verify.gap[q];
        const value = M + (1 - abar) * W + gap + (chosen[i] - abar) * (lines.rmax - W);
        const at = (a: number) =>
          (verify.averaged ? lines.at(a) : lines.at(0) + a * lines.rmax) + (1 - a) * W + gap;
        yield { q, m, n, g: g[q], value, sound: Math.max(at(ends[i][0]), at(ends[i][1])) };
      }
    }
  }
}

/** M(a) and the largest slope for maximum m. */
function wrongTokens({ EVOU, Pmax, L0 }: Plain, v: number, m: number) {
  const offset: number[] = [], r: number[] = [];
  for (let x = 0; x < v; x++) {
    if (x === m) continue;
    offset.push(L0[x] - L0[m] + Pmax[m * v + x]);
    r.push(EVOU[m * v + x] - EVOU[m * v + m]);
  }
  return {
    rmax: Math.max(...r),
    at(a: number) {
      let top = -Infinity;
      for (let x = 0; x < r.length; x++) top = Math.max(top, offset[x] + a * r[x]);
      return top;
    },
  };
}

function largestBelow(R: Float64Array, last: number): number {
  let W = -Infinity;
  for (let t = 0; t <= last; t++) W = Math.max(W, R[t]);
  return W;
}

/** [a_lo, a_hi]. */
function attentionEnds(
  { A, err, positions }: Plain,
  { v, K, q, m, n, g }: { v: number; K: number; q: number; m: number; n: number; g: number },
): [number, number] {
  let top = -Infinity, least = Infinity;
  for (let j = 0; j <= m - g; j++) {
    top = Math.max(top, A[q * v + j]);
    least = Math.min(least, A[q * v + j]);
  }
  const own = q === m ? 1 : 0, copies = K - n - own;
  const attention = (lowest: boolean) => {
    const extreme = lowest ? top : least;
    const difference = Math.exp(A[q * v + m] - extreme + (lowest ? -err[q] : err[q]));
    let max = own, rest = 1 - own;
    for (let i = 0; i < K - 1; i++) {
      if (lowest ? i < copies : i >= K - 1 - copies) max += positions[q][i];
      else rest += positions[q][i];
    }
    return 1 / (1 + rest / (max * difference));
  };
  return [attention(true), attention(false)];
}
