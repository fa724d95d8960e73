/** The excess of a neuron over whole intervals of contributions (derived here). @module */
import {
  curvatureRange,
  type Interval,
  less,
  meet,
  plus,
  point,
  sizeOf,
  slopeRange,
  times,
  withZero,
} from "./intervals.ts";
import type { Nonlinearity } from "./nonlinearity.ts";

/** Each contribution anywhere in its interval, beside a rest c that is known. */
export type NeuronBox = { a: readonly Interval[]; c: number };

/** An interval that holds E for all contributions of the box. Its upper end is reached for ReLU. */
export function excessRange(phi: Nonlinearity, box: NeuronBox): Interval {
  const found = telescopedRange(phi, box);
  return phi.name === "relu" ? meet(found, reluRange(box)) : found;
}

/**
 * The telescoping terms in the order of the intervals' sizes, which is the same for all points of
 * the box: term j is the integral of phi'(s + u) − phi'(c + u) over the way to a_j, and the double
 * integral of phi'' over the ways to s and to a_j.
 */
function telescopedRange(phi: Nonlinearity, { a, c }: NeuronBox): Interval {
  const order = [...a].sort((x, y) => sizeOf(y) - sizeOf(x));
  let added = order[0] ?? point(0), total = point(0);
  for (const next of order.slice(1)) {
    const way = withZero(next);
    const near = slopeRange(phi, plus(point(c), way));
    const far = slopeRange(phi, plus(plus(point(c), added), way));
    const bySlopes = times(next, less(far, near));
    const reach = plus(point(c), plus(withZero(added), way));
    const byCurvature = finite(times(times(added, next), curvatureRange(phi, reach)));
    total = plus(total, meet(bySlopes, byCurvature));
    added = plus(added, next);
  }
  return total;
}

/** Of ReLU's infinite curvature times nothing nothing is known. */
function finite(x: Interval): Interval {
  return Number.isNaN(x.lo) || Number.isNaN(x.hi) ? { lo: -Infinity, hi: Infinity } : x;
}

/**
 * ReLU(z) is the larger of z and 0, and for either the rest of E is a sum over features, so that the
 * largest E is exact. For the least, ReLU(z) ≥ λ z with any λ of [0, 1], best at one of its corners.
 */
function reluRange({ a, c }: NeuronBox): Interval {
  const alone = Math.max(0, c);
  const effect = (x: number) => Math.max(0, c + x) - alone;
  const open = a.reduce((sum, { hi }) => sum + hi - effect(hi), c - alone);
  const shut = a.reduce((sum, { lo }) => sum - effect(lo), -alone);
  const corners = a.filter(({ lo, hi }) => hi > lo)
    .map(({ lo, hi }) => (effect(hi) - effect(lo)) / (hi - lo));
  const below = [0, 1, ...corners].map((slope) =>
    a.reduce(
      (sum, { lo, hi }) => sum + Math.min(slope * lo - effect(lo), slope * hi - effect(hi)),
      slope * c - alone,
    )
  );
  return { lo: Math.max(...below), hi: Math.max(open, shut) };
}
