/**
 * Theorem N5: the layered proof, cubic with a small constant.
 *
 * For a set X of wrong tokens and bounds H(i,t) >= h_x(i,t) for all x in X, the sequences that some
 * x in X makes wrong are at most the assignments with H_q + sum H(i,t_i) >= 0. Here X is the far
 * set {x <= m-g or x > m}, with terms p_i z_t from row maxima, and each near x alone (m-g < x < m);
 * p_i and tau_t are the exponentials of position and token scores. The gap g(q,m) is a hint: 0
 * gives up on the pair.
 *
 * tau may come from approximate scores (attention_error.ts): their error widens the weight of every
 * token but m, since only differences to m remain. EU may come from a shared row and a slack
 * (direct_path.ts).
 * @module
 */
import { down, timesWeightUp, up } from "../arithmetic/interval.ts";
import { countUp, pairsOf, sequencesWith } from "../tables/counting.ts";
import { sumPairs, type Verification } from "../tables/verification.ts";
import {
  type AssignmentTerms,
  countAtMost,
  gridStep,
  largestSums,
  newScratch,
} from "./assignments.ts";
import type { Flops } from "../tables/flops.ts";
import { ATTENTION_ERRORS, EXACT_SCORES } from "../subcubic/attention_error.ts";
import { directDimension, scoresDimension } from "../subcubic/dimension.ts";
import { DIRECT_PATHS } from "../subcubic/direct_path.ts";
import { hintVectors } from "../subcubic/parts.ts";
import { tableSizes } from "../tables/dimension.ts";
import type { Theorem } from "../theorem.ts";
import { type Layered, type LayeredParts, prepareLayered } from "./layered_tables.ts";

type N5Parts = Required<LayeredParts>;

const strategies = ATTENTION_ERRORS.flatMap((attention) =>
  (["exact", ...DIRECT_PATHS] as const).map((direct) => {
    const isExact = attention === EXACT_SCORES && direct === "exact";
    const parts: N5Parts = { attention, direct };
    return isExact
      ? { name: "N5", kind: "N5", group: "N5", parts }
      : { name: `N5/${attention}/${direct}`, kind: "N5-variant", group: "N5", parts };
  })
);

export const n5: Theorem<N5Parts, LayerHints> = {
  name: "N5",
  title: "Counts on a grid for the far wrong tokens together, and for each near one",
  source: "ours",
  sound: true,
  strategies,
  kinds: { "N5": "N5", "N5-variant": "N5, approximate" },
  options: ["G", "gMax"],
  planned: [
    { strategy: "N5", G: 16, gMax: 4 },
    { strategy: "N5", G: 32, gMax: 4, everyFloat32: true },
    { strategy: "N5", G: 64, gMax: 6, everyFloat32: true },
    // Cheaper: approximate scores or direct path, exact otherwise.
    ...["max_diff_exact", "max_diff_subproduct", "max_diff", "max_diff_subproduct_recursive"]
      .map((attention) => ({ strategy: `N5/${attention}/exact`, G: 32, gMax: 4 })),
    { strategy: "N5/svd/exact", G: 32, gMax: 8 },
    ...["max_diff_exact", "mean_query+max_diff"]
      .map((direct) => ({ strategy: `N5/${EXACT_SCORES}/${direct}`, G: 32, gMax: 4 })),
  ],
  growth: 3,
  search: ({ tables, directions }, parts, { G, gMax }) =>
    searchN5(prepareLayered(tables, parts, { directions, G }), { gMax }),
  form: {
    expected: "a Uint16Array [v, v]",
    holds: (found, { v }) => found instanceof Uint16Array && found.length === v * v,
  },
  verify: ({ tables, directions }, parts, { found, G }) =>
    verifyN5(prepareLayered(tables, parts, { directions, G }), found),
  write: ({ tables: { v }, directions }, parts, { found, G }) => ({
    parameters: { G, ...parts },
    hints: { g: pairsOf(v).map(([q, m]) => found[q * v + m]), ...hintVectors(parts, directions) },
  }),
  dimension({ attention, direct }, sizes) {
    const { EU, PVOU, EQKP, EVOU } = tableSizes(sizes);
    return (direct === "exact" ? EU : directDimension(direct, sizes)) + PVOU +
      scoresDimension(attention, sizes) + EQKP + EVOU;
  },
};

/** g[q * v + m], 0 = give up. */
type LayerHints = Uint16Array;

/** Terms of one (q, m), made once and used for every set X. */
interface PairTerms {
  q: number;
  m: number;
  /** max_{x != m} EU[q,x] - EU[q,m]. */
  E1: number;
  /** tau_m max_{x != m} (EVOU[m,x] + PM[x,m] + EU[q,x] - EVOU[m,m] - EU[q,m]). */
  alpha: number;
}

/** Verifies N5 for the given hints. */
export function verifyN5(proof: Layered, hints: LayerHints): Verification {
  const { tables: { v, K } } = proof;
  const flops: Flops = { total: proof.flops.total };
  const counter = layerCounter(proof, flops);
  const exact = v ** (K - 1) < 2 ** 52;
  const byPair = new Array<bigint>(v * v).fill(0n);
  for (let q = 0; q < v; q++) {
    for (let m = q; m < v; m++) {
      const g = hints[q * v + m];
      if (g === 0) continue;
      const all = sequencesWith(q, m, K);
      const pair = pairTerms(proof, q, m, flops);
      let wrong = counter.far(pair, g);
      for (let x = Math.max(0, m - g + 1); x < m; x++) wrong += counter.near(pair, x);
      const bad = countUp(wrong, exact);
      byPair[q * v + m] = bad < all ? all - bad : 0n;
    }
  }
  return sumPairs(byPair, flops.total);
}

/**
 * For each pair the gap up to gMax that leaves the fewest wrong sequences, the smallest of equals.
 * Once the far set wins nothing, a larger gap only adds near sets. Gives up where no gap certifies
 * anything.
 */
function searchN5(proof: Layered, { gMax }: { gMax: number }): LayerHints {
  const { tables: { v, K } } = proof;
  const flops: Flops = { total: 0 };
  const counter = layerCounter(proof, flops);
  const hints = new Uint16Array(v * v);
  for (let q = 0; q < v; q++) {
    for (let m = q; m < v; m++) {
      const pair = pairTerms(proof, q, m, flops);
      let least = Number(sequencesWith(q, m, K)), near = 0;
      for (let g = 1; g <= gMax && near < least; g++) {
        if (g > 1 && m - g + 1 >= 0) near += counter.near(pair, m - g + 1);
        const far = counter.far(pair, g);
        if (far + near < least) {
          least = far + near;
          hints[q * v + m] = g;
        }
        if (far === 0) break;
      }
    }
  }
  return hints;
}

function pairTerms(
  { tables, weights, shared }: Layered,
  q: number,
  m: number,
  flops: Flops,
): PairTerms {
  const { v, EVOU } = tables;
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

function layerCounter({ tables, G, weights, shared }: Layered, flops: Flops) {
  const { v, K, EVOU, expEQP } = tables;
  const F = K - 1;
  const scratch = newScratch();
  const z = new Float64Array(v), values = new Float64Array(F * v);

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

  function convolved({ q, m }: PairTerms): number {
    for (let i = 0; i < F; i++) {
      for (let t = 0; t <= m; t++) values[i * v + t] = times(z[t], i, q);
    }
    const assignment: AssignmentTerms = {
      F,
      m,
      values,
      stride: v,
      query: times(z[q], F, q),
      needsMax: q < m,
    };
    const reach = largestSums(assignment);
    flops.total += F * (m + 1) * 3;
    if (reach.allowed < 0) return 0;
    return countAtMost(assignment, gridStep(reach.any, G), scratch, flops);
  }

  const farIsEmpty = ({ m }: PairTerms, g: number) => m - g < 0 && m === v - 1;
  return {
    far(pair: PairTerms, g: number): number {
      if (farIsEmpty(pair, g)) return 0;
      fillFar(pair, g);
      return free(pair) ? 0 : convolved(pair);
    },
    near(pair: PairTerms, x: number): number {
      fillNear(pair, x);
      return free(pair) ? 0 : convolved(pair);
    },
  };
}
