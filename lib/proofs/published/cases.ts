/**
 * The cases of a published strategy one by one, each with the value that the published step gives
 * and the one that its own premises allow: what the difference between the two rests on is counted
 * here.
 *
 * With attention a in [a_lo, a_hi] on the maximum, premises are M(a) + (1 - a) W + gap, M convex.
 * The published step evaluates one end only (a_lo where max r < W, else a_hi) and extrapolates M
 * from its mean attention by the largest slope, which is below M where a is smaller. The sound
 * value is the larger of the two ends, M exact. Source of the step: arXiv 2406.11779, subcubic
 * proofs, as its code has it. Plain float64: a measurement.
 * @module
 */
import {
  attentionOn,
  linesAt,
  publishedRivals,
  publishedValues,
  rivalWeight,
} from "./published.ts";
import type { PlainCase, Published } from "./tables.ts";
import type { Gaps } from "../subcubic/gaps.ts";

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

/** Every case with n >= 1 that exists at its gap. */
export function* publishedCases(
  { v, K, verify }: Published,
  gaps: Gaps,
): Generator<PublishedCase> {
  for (let m = 1; m < v; m++) {
    for (let n = 1; n < K; n++) {
      const g = Array.from({ length: m + 1 }, (_, q) => gaps[(q * v + m) * K + n]);
      const rivals = publishedRivals(verify, m, g);
      const values = publishedValues(verify, { m, n, ...rivals });
      for (let q = 0; q <= m; q++) {
        if (rivals.weights[q] !== rivals.weights[q]) continue;
        const sound = soundValue(verify, { q, m, n, gap: g[q], W: rivals.W });
        yield { q, m, n, g: g[q], value: values[q], sound };
      }
    }
  }
}

/** The larger of both ends of the attention, M exact there. */
function soundValue(
  plain: PlainCase,
  { q, m, n, gap, W }: { q: number; m: number; n: number; gap: number; W: number },
): number {
  const M = (a: number) =>
    plain.averaged ? linesAt(plain, m, a) : linesAt(plain, m, 0) + a * plain.rmax[m];
  const ends = [true, false].map((low) => {
    const weight = rivalWeight(plain, { q, m, gap, low });
    const a = attentionOn(plain, { q, m, n, weight, low });
    return M(a) + (1 - a) * W + plain.gap[q];
  });
  return Math.max(...ends);
}
