/**
 * Theorems N1 and N1n: blocks of sequences that are entirely right.
 *
 * A block is a query q, a maximum m and the set S of free positions that hold m. With
 * M_x(i) = max_{t<m} h_x(i,t), all m^(F-|S|) sequences of the block are right iff for every x != m
 *   b_x + sum_{i in S} h_x(i,m) + sum_{i not in S} M_x(i) < 0,
 * because positions are independent, so the worst sequence is attained. N1 tests every S; N1n tests
 * all S of one size at once, by the largest sum that any of them reaches.
 * @module
 */
import { up } from "../arithmetic/interval.ts";
import { binomials, ones, power } from "../tables/counting.ts";
import { sumPairs, type Verification } from "../tables/verification.ts";
import { exactDimension } from "../tables/dimension.ts";
import { single, type Theorem } from "../theorem.ts";
import { refuseSize } from "./errors.ts";
import type { Flops } from "../tables/flops.ts";
import { everyPair, type QueryTerms } from "../tables/query_terms.ts";
import { countTables, type ProofTables } from "../tables/folded.ts";

export const n1: Theorem = {
  ...single("N1"),
  title:
    "Blocks of sequences that are entirely right, for every set of positions that hold the maximum",
  source: "ours",
  sound: true,
  options: [],
  planned: [{ strategy: "N1" }],
  mostK: 6,
  growth: 3,
  verify: ({ tables }) => verifyN1(tables),
  dimension: (_, sizes) => exactDimension(sizes),
};

export const n1n: Theorem = {
  ...single("N1n"),
  title: "The same blocks, all sets of one size together",
  source: "ours",
  sound: true,
  options: [],
  planned: [{ strategy: "N1n" }],
  growth: 3,
  verify: ({ tables }) => verifyN1n(tables),
  dimension: (_, sizes) => exactDimension(sizes),
};

/** Upper ends for one (q, m, x), filled again for each. */
interface BlockTerms {
  /** b_x. */
  query: number;
  /** h_x(i, m): [F]. */
  atMax: Float64Array;
  /** M_x(i), the maximum over t < m: [F]; for m = 0, where no such t exists, h_x(i, 0). */
  below: Float64Array;
}

/** Computes b_x, h_x(i,m) and M_x(i). */
function blockTerms(terms: QueryTerms, m: number, x: number, out: BlockTerms): void {
  const { v, F, lo, hi } = terms;
  out.query = up(terms.queryHi[x] - terms.queryLo[m]);
  for (let i = 0; i < F; i++) {
    const rowX = (i * v + x) * v, rowM = (i * v + m) * v;
    out.atMax[i] = up(hi[rowX + m] - lo[rowM + m]);
    let top = m === 0 ? hi[rowX] - lo[rowM] : -Infinity;
    for (let t = 0; t < m; t++) {
      const h = hi[rowX + t] - lo[rowM + t];
      if (h > top) top = h;
    }
    out.below[i] = up(top);
  }
}

/** Operations of blockTerms: per position m differences, m - 1 comparisons, and h at m. */
function blockFlops(F: number, m: number): number {
  return 1 + F * (2 * m + 1);
}

/** Sets of positions N1 visits for every (q, m, x). */
const MAX_SETS = 1 << 12;

/** N1: every set of positions. */
function verifyN1(tables: ProofTables): Verification {
  const F = tables.K - 1;
  if (2 ** F > MAX_SETS) refuseSize("N1", `2^${F} position sets a case`, `${MAX_SETS}`, "N1n");
  const bad = new Uint8Array(2 ** F), size = Uint8Array.from(bad, (_, S) => ones(S));
  const sums = new Float64Array(2 ** F);
  return verifyBlocks(tables, {
    startCase: () => bad.fill(0),
    test(block, flops) {
      // Position by position: bit i of S tells whether it holds m. No differences, so nothing
      // cancels.
      sums[0] = block.query;
      for (let i = 0, count = 1; i < F; i++, count *= 2) {
        for (let S = 0; S < count; S++) {
          sums[S + count] = up(sums[S] + block.atMax[i]);
          sums[S] = up(sums[S] + block.below[i]);
        }
      }
      for (let S = 0; S < bad.length; S++) if (!(sums[S] < 0)) bad[S] = 1;
      flops.total += 3 * bad.length;
    },
    count(q, m) {
      let right = 0n;
      for (let S = q < m ? 1 : 0; S < bad.length; S++) {
        if (!bad[S] && (m > 0 || size[S] === F)) right += power(m, F - size[S]);
      }
      return right;
    },
  });
}

/** N1n: all sets of one size together; any K. */
function verifyN1n(tables: ProofTables): Verification {
  const F = tables.K - 1;
  const choose = binomials(F)[F];
  const bad = new Uint8Array(F + 1), best = new Float64Array(F + 1);
  return verifyBlocks(tables, {
    startCase: () => bad.fill(0),
    test({ query, atMax, below }, flops) {
      let largest = query;
      for (let i = 0; i < F; i++) largest = up(largest + Math.max(atMax[i], below[i]));
      flops.total += 2 * F;
      if (largest < 0) return;
      // best[a]: the largest sum over the positions so far with m at a of them. Sorted differences
      // would be shorter, but cancel where one weight dwarfs the others.
      best[0] = query;
      for (let i = 0; i < F; i++) {
        best[i + 1] = up(best[i] + atMax[i]);
        for (let a = i; a > 0; a--) {
          best[a] = up(Math.max(best[a] + below[i], best[a - 1] + atMax[i]));
        }
        best[0] = up(best[0] + below[i]);
        flops.total += 3 * i + 2;
      }
      for (let a = 0; a <= F; a++) if (!(best[a] < 0)) bad[a] = 1;
      flops.total += F + 1;
    },
    count(q, m) {
      let right = 0n;
      for (let a = m === 0 ? F : q < m ? 1 : 0; a <= F; a++) {
        if (!bad[a]) right += choose[a] * power(m, F - a);
      }
      return right;
    },
  });
}

function verifyBlocks(tables: ProofTables, theorem: {
  startCase(): void;
  test(block: BlockTerms, flops: Flops): void;
  count(q: number, m: number): bigint;
}): Verification {
  const { v, K } = tables;
  const flops: Flops = { total: 0 };
  countTables(flops, tables, ["EQK", "EQP", "EVOU", "PVOU", "EU"]);
  const block: BlockTerms = {
    query: 0,
    atMax: new Float64Array(K - 1),
    below: new Float64Array(K - 1),
  };
  const byPair = new Array<bigint>(v * v).fill(0n);
  for (const { q, m, terms } of everyPair(tables, flops)) {
    theorem.startCase();
    for (let x = 0; x < v; x++) {
      if (x === m) continue;
      blockTerms(terms, m, x, block);
      flops.total += blockFlops(K - 1, m);
      theorem.test(block, flops);
    }
    byPair[q * v + m] = theorem.count(q, m);
  }
  return sumPairs(byPair, flops.total);
}
