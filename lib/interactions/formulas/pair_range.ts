/**
 * The mixed difference of two contributions over whole intervals of magnitudes, as a proof needs it
 * that speaks of all activations a feature may have (derived here).
 *
 * @module
 */
import {
  curvatureRange,
  type Interval,
  meet,
  plus,
  sizeOf,
  slopeRange,
  times,
  withZero,
} from "./intervals.ts";
import { reluMixedDifference } from "./mixed_difference.ts";
import type { Nonlinearity } from "./nonlinearity.ts";

/**
 * Two contributions and the rest, each anywhere in an interval. The rest of a pair among others is
 * an interval even where these are known: c plus any subset of theirs.
 */
export type MeetingBox = { a: Interval; b: Interval; c: Interval };

/**
 * An interval that holds I(a, b; c) for all a, b, c of the box; of ReLU the least one. The smooth
 * ones take what is narrower, a b times the curvatures or the smaller size times the spread of the
 * slopes, both over the points in reach.
 */
export function pairRange(phi: Nonlinearity, box: MeetingBox): Interval {
  return phi.name === "relu" ? reluPairRange(box) : smoothPairRange(phi, box);
}

function smoothPairRange(phi: Nonlinearity, { a, b, c }: MeetingBox): Interval {
  const reach = plus(c, plus(withZero(a), withZero(b)));
  const slopes = slopeRange(phi, reach);
  const most = (slopes.hi - slopes.lo) * Math.min(sizeOf(a), sizeOf(b));
  const bent = times(times(a, b), curvatureRange(phi, reach));
  return meet(bent, { lo: -most, hi: most });
}

/**
 * |I| grows with |a| and with |b|, and along c it rises, stays and falls around −(a + b) / 2: every
 * quadrant of signs has its extremes at its ends.
 */
function reluPairRange({ a, b, c }: MeetingBox): Interval {
  const ends: number[] = [];
  for (const first of [part(a, -1), part(a, 1)]) {
    for (const second of [part(b, -1), part(b, 1)]) {
      if (!first || !second) continue;
      const most = { a: first.far, b: second.far }, least = { a: first.near, b: second.near };
      const middle = Math.min(c.hi, Math.max(c.lo, -(most.a + most.b) / 2));
      ends.push(reluMixedDifference({ ...most, c: middle }));
      for (const rest of [c.lo, c.hi]) ends.push(reluMixedDifference({ ...least, c: rest }));
    }
  }
  return { lo: Math.min(...ends), hi: Math.max(...ends) };
}

/** The part of one sign, by its distance from 0. */
function part({ lo, hi }: Interval, sign: -1 | 1): { near: number; far: number } | undefined {
  if (sign > 0) return hi >= 0 ? { near: Math.max(0, lo), far: hi } : undefined;
  return lo <= 0 ? { near: Math.min(0, hi), far: lo } : undefined;
}
