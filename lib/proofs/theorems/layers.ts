/**
 * The sets by which theorem N5 (n5_layered.ts) bounds the wrong sequences of a pair (q, m): one for
 * the far wrong tokens together, one for each near token, each a set of assignments on a grid.
 * @module
 */
import { down, timesWeightUp, up } from "../arithmetic/interval.ts";
import {
  type AssignmentTerms,
  countAtMost,
  gridStep,
  largestSums,
  newScratch,
} from "./assignments.ts";
import type { Flops } from "../tables/flops.ts";
import type { Layered } from "./layered_tables.ts";

/** Terms of one (q, m), made once and used for every set X. */
export interface PairTerms {
  q: number;
  m: number;
  /** max_{x != m} EU[q,x] - EU[q,m]. */
  E1: number;
  /** tau_m max_{x != m} (EVOU[m,x] + PM[x,m] + EU[q,x] - EVOU[m,m] - EU[q,m]). */
  alpha: number;
}

/** A set of assignments that holds all that a set of wrong tokens can win, for one step of the grid. */
export interface Layer {
  terms: AssignmentTerms;
  D: number;
}

/** Counts what layers of pairs win; its operations go to `flops`. */
export function layerCounter({ tables, G, weights, shared }: Layered, flops: Flops) {
  const { v, K, EVOU, expEQP } = tables;
  const F = K - 1;
  const scratch = newScratch();
  const z = new Float64Array(v), values = new Float64Array(F * v);

  function pair(q: number, m: number): PairTerms {
    let E1 = -Infinity, top = -Infinity;
    for (let x = 0; x < v; x++) {
      if (x === m) continue;
      const direct = shared.direct(q, x, m);
      E1 = Math.max(E1, direct);
      const copied = up(EVOU.hi[m * v + x] - EVOU.lo[m * v + m]);
      top = Math.max(top, up(up(copied + shared.PM[x * v + m]) + direct));
    }
    flops.total += 5 * v;
    const alpha = timesWeightUp(top, weights.max.lo[q * v + m], weights.max.hi[q * v + m]);
    return { q, m, E1, alpha };
  }

  /** z_t for t < m (and for t = q), z_m = alpha. */
  function fill({ q, m }: PairTerms, alpha: number, coefficient: (t: number) => number): void {
    const row = q * v;
    for (let t = 0; t < m; t++) {
      z[t] = timesWeightUp(coefficient(t), weights.other.lo[row + t], weights.other.hi[row + t]);
    }
    z[m] = alpha;
    flops.total += 5 * m;
  }

  function fillFar(pair: PairTerms, g: number): void {
    const { m, E1, alpha } = pair;
    fill(pair, alpha, (t) => {
      const e = t > m - g ? shared.e2[t] : shared.e1[t];
      return up(up(up(e - EVOU.lo[t * v + m]) - shared.lowPVOU[m]) + E1);
    });
  }

  function fillNear(pair: PairTerms, x: number): void {
    const { q, m } = pair;
    const noise = up(shared.direct(q, x, m) + shared.PM[x * v + m]);
    const coefficient = (t: number) => up(up(EVOU.hi[t * v + x] - EVOU.lo[t * v + m]) + noise);
    const row = q * v + m;
    fill(
      pair,
      timesWeightUp(coefficient(m), weights.max.lo[row], weights.max.hi[row]),
      coefficient,
    );
  }

  const times = (zt: number, i: number, q: number) =>
    timesWeightUp(zt, expEQP.lo[q * K + i], expEQP.hi[q * K + i]);

  /**
   * Whether no assignment can win: the largest token everywhere, m at the cheapest place if it must
   * occur.
   */
  function free({ q, m }: PairTerms): boolean {
    let B = -Infinity;
    for (let t = 0; t < m; t++) if (z[t] > B) B = z[t];
    let sum = times(z[q], F, q), least = q < m ? Infinity : 0;
    for (let i = 0; i < F; i++) {
      const atMax = times(z[m], i, q);
      const below = m === 0 ? atMax : times(B, i, q);
      sum = up(sum + Math.max(atMax, below));
      least = Math.min(least, Math.max(0, down(below - atMax)));
    }
    flops.total += m + 5 * F;
    return up(sum - (q < m ? least : 0)) < 0;
  }

  /** What the terms of z win, unless that is nothing. */
  function layer({ q, m }: PairTerms): Layer | undefined {
    for (let i = 0; i < F; i++) {
      for (let t = 0; t <= m; t++) values[i * v + t] = times(z[t], i, q);
    }
    const terms: AssignmentTerms = {
      F,
      m,
      values,
      stride: v,
      query: times(z[q], F, q),
      needsMax: q < m,
    };
    const reach = largestSums(terms);
    flops.total += F * (m + 1) * 3;
    return reach.allowed < 0 ? undefined : { terms, D: gridStep(reach.any, G) };
  }

  const isFarEmpty = ({ m }: PairTerms, g: number) => m - g < 0 && m === v - 1;

  /** The far set of a gap; undefined where it wins nothing. */
  function far(pair: PairTerms, g: number): Layer | undefined {
    if (isFarEmpty(pair, g)) return undefined;
    fillFar(pair, g);
    return free(pair) ? undefined : layer(pair);
  }

  /** One near token. */
  function near(pair: PairTerms, x: number): Layer | undefined {
    fillNear(pair, x);
    return free(pair) ? undefined : layer(pair);
  }

  const count = (found: Layer | undefined) =>
    found ? countAtMost(found.terms, found.D, scratch, flops) : 0;

  return {
    pair,
    far: (pair: PairTerms, g: number): number => count(far(pair, g)),
    near: (pair: PairTerms, x: number): number => count(near(pair, x)),
    /** The far set, then the near ones from m - 1 down; each overwrites the one before. */
    *layers(pair: PairTerms, g: number): Generator<Layer> {
      const first = far(pair, g);
      if (first) yield first;
      for (let x = pair.m - 1; x > pair.m - g && x >= 0; x--) {
        const one = near(pair, x);
        if (one) yield one;
      }
    },
    count,
  };
}
