/**
 * Theorems N3 and N3n: count the sequences that could be wrong, by the copies of the wrong token.
 *
 * A wrong sequence has an x != m with b_x + sum h_x >= 0. For x < m let T be the free positions
 * that hold x itself, S those that hold m, and rest(x,i) the maximum of h_x(i,t) over the other t <
 * m. The sequence's own pattern (S,T) then fails:
 *   b_x + sum_S h_x(i,m) + sum_T h_x(i,x) + sum_rest rest(x,i) >= 0.
 * So the wrong sequences are at most the members of failing patterns. For x > m the test is that of
 * N1. N3 tests every pattern, N3n all patterns of the same sizes (a,c) at once.
 * @module
 */
import { up } from "../arithmetic/interval.ts";
import { binomials, ones, power, sequencesWith } from "../tables/counting.ts";
import { sumPairs, type Verification } from "../tables/verification.ts";
import { exactDimension } from "../tables/dimension.ts";
import { single, type Theorem } from "../theorem.ts";
import { refuseSize } from "./errors.ts";
import type { Flops } from "../tables/flops.ts";
import { everyPair, type QueryTerms } from "../tables/query_terms.ts";
import { countTables, type ProofTables } from "../tables/folded.ts";

export const n3: Theorem = {
  ...single("N3"),
  title: "Counts the sequences that could be wrong, by where the wrong token and the maximum stand",
  source: "ours",
  sound: true,
  options: [],
  planned: [{ strategy: "N3" }],
  mostK: 6,
  growth: 3,
  verify: ({ tables }) => verifyN3(tables),
  dimension: (_, sizes) => exactDimension(sizes),
};

export const n3n: Theorem = {
  ...single("N3n"),
  title: "The same by how many copies of each there are",
  source: "ours",
  sound: true,
  options: [],
  planned: [{ strategy: "N3n" }],
  growth: 3,
  verify: ({ tables }) => verifyN3n(tables),
  dimension: (_, sizes) => exactDimension(sizes),
};

/** Upper ends for one (q, m, x). */
interface CopyTerms {
  query: number;
  /** h_x(i,m), h_x(i,x) and rest(x,i): [F]. For x > m `atWrong` is unused and rest is M_x(i). */
  atMax: Float64Array;
  atWrong: Float64Array;
  rest: Float64Array;
}

interface CopyTheorem {
  startCase(): void;
  test(terms: CopyTerms, below: boolean, flops: Flops): void;
  /** Upper bound of the wrong sequences of (q, m), m > 0. */
  wrong(q: number, m: number): bigint;
}

/** Patterns N3 may visit in all. */
const MAX_PATTERNS = 4e8;

/** N3n: by the numbers of copies only; any K. */
function verifyN3n(tables: ProofTables): Verification {
  const F = tables.K - 1;
  const choose = binomials(F);
  // failing[a][c]: how many x < m; above[a]: how many x > m.
  const failing = Array.from({ length: F + 1 }, () => new Float64Array(F + 1));
  const above = new Float64Array(F + 1);
  const toMax = new Float64Array(F), toWrong = new Float64Array(F);
  return verifyCopies(tables, {
    startCase() {
      failing.forEach((row) => row.fill(0));
      above.fill(0);
    },
    test({ query, atMax, atWrong, rest }, below, flops) {
      let base = query, largest = query;
      for (let i = 0; i < F; i++) {
        base = up(base + rest[i]);
        largest = up(largest + Math.max(rest[i], atMax[i], below ? atWrong[i] : -Infinity));
        toMax[i] = up(atMax[i] - rest[i]);
        toWrong[i] = up(atWrong[i] - rest[i]);
      }
      flops.total += (below ? 6 : 4) * F;
      if (largest < 0) return;
      toMax.sort();
      toWrong.sort();
      flops.total += 2 * (F - 1);
      for (let a = 0, sumA = base; a <= F; a++) {
        if (!below && !(sumA < 0)) above[a]++;
        for (let c = 0, sum = sumA; below && c <= F - a; c++) {
          if (!(sum < 0)) failing[a][c]++;
          if (c < F) sum = up(sum + toWrong[F - 1 - c]);
        }
        flops.total += below ? 2 * (F - a + 1) : 2;
        if (a < F) sumA = up(sumA + toMax[F - 1 - a]);
      }
    },
    wrong(q, m) {
      let wrong = 0n;
      for (let a = q < m ? 1 : 0; a <= F; a++) {
        const all = power(m, F - a);
        let bad = BigInt(above[a]) * all;
        for (let c = 0; c <= F - a; c++) {
          if (failing[a][c] === 0) continue;
          bad += BigInt(failing[a][c]) * choose[F - a][c] * power(m - 1, F - a - c);
        }
        wrong += choose[F][a] * (bad < all ? bad : all);
      }
      return wrong;
    },
  });
}

/** N3: every pattern of copies; small K only. */
function verifyN3(tables: ProofTables): Verification {
  const { v, K } = tables;
  const F = K - 1;
  const patterns = 3 ** F * v * v * v / 2;
  if (patterns > MAX_PATTERNS) {
    refuseSize("N3", `${patterns.toExponential(1)} patterns`, `${MAX_PATTERNS}`, "N3n");
  }
  // Pattern = base-3 number, digit i: 0 rest, 1 in S, 2 in T.
  const sums = new Float64Array(3 ** F), failing = new Float64Array(3 ** F);
  const above = new Float64Array(2 ** F);
  const patternSets = Array.from(sums, (_, n) => positionSets(n, F));
  return verifyCopies(tables, {
    startCase() {
      failing.fill(0);
      above.fill(0);
    },
    test({ query, atMax, atWrong, rest }, below, flops) {
      const kinds = below ? 3 : 2;
      sums[0] = query;
      let count = 1;
      for (let i = 0; i < F; i++) {
        const options = [rest[i], atMax[i], atWrong[i]];
        for (let kind = kinds - 1; kind >= 0; kind--) {
          for (let n = 0; n < count; n++) sums[kind * count + n] = up(sums[n] + options[kind]);
        }
        count *= kinds;
        flops.total += count;
      }
      const tally = below ? failing : above;
      for (let n = 0; n < count; n++) if (!(sums[n] < 0)) tally[n]++;
      flops.total += count;
    },
    wrong(q, m) {
      const bad = new Array<bigint>(2 ** F).fill(0n);
      above.forEach((n, S) => {
        if (n > 0) bad[S] += BigInt(n) * power(m, F - ones(S));
      });
      failing.forEach((n, pattern) => {
        const { S, T } = patternSets[pattern];
        if (n > 0) bad[S] += BigInt(n) * power(m - 1, F - ones(S) - ones(T));
      });
      let wrong = 0n;
      for (let S = q < m ? 1 : 0; S < bad.length; S++) {
        const all = power(m, F - ones(S));
        wrong += bad[S] < all ? bad[S] : all;
      }
      return wrong;
    },
  });
}

function verifyCopies(tables: ProofTables, theorem: CopyTheorem): Verification {
  const { v, K } = tables;
  const F = K - 1;
  const flops: Flops = { total: 0 };
  countTables(flops, tables, ["EQK", "EQP", "EVOU", "PVOU", "EU"]);
  const [atMax, atWrong, rest] = [0, 1, 2].map(() => new Float64Array(F));
  const copy: CopyTerms = { query: 0, atMax, atWrong, rest };
  const byPair = new Array<bigint>(v * v).fill(0n);
  for (const { q, m, terms } of everyPair(tables, flops)) {
    theorem.startCase();
    let pureRight = true;
    for (let x = 0; x < v; x++) {
      if (x === m) continue;
      copyTerms(terms, m, x, copy);
      if (m === 0) {
        const sum = atMax.reduce((total, h) => up(total + h), copy.query);
        pureRight &&= sum < 0;
        flops.total += 1 + 2 * F;
      } else {
        flops.total += 1 + F * (2 * m + 1);
        theorem.test(copy, x < m, flops);
      }
    }
    const all = sequencesWith(q, m, K);
    const wrong = m === 0 ? (pureRight ? 0n : 1n) : theorem.wrong(q, m);
    byPair[q * v + m] = wrong < all ? all - wrong : 0n;
  }
  return sumPairs(byPair, flops.total);
}

function copyTerms(terms: QueryTerms, m: number, x: number, out: CopyTerms): void {
  const { v, F, lo, hi } = terms;
  out.query = up(terms.queryHi[x] - terms.queryLo[m]);
  for (let i = 0; i < F; i++) {
    const rowX = (i * v + x) * v, rowM = (i * v + m) * v;
    let top = -Infinity;
    for (let t = 0; t < m; t++) {
      const h = hi[rowX + t] - lo[rowM + t];
      if (h > top && t !== x) top = h;
    }
    const own = up(hi[rowX + x] - lo[rowM + x]);
    out.atMax[i] = up(hi[rowX + m] - lo[rowM + m]);
    out.atWrong[i] = own;
    // For m = 1 no token remains: only patterns without rest hold sequences, power(0, n) sees to
    // that.
    out.rest[i] = top === -Infinity ? own : up(top);
  }
}

/** The sets S (digit 1) and T (digit 2) of a base-3 pattern, as bit masks. */
function positionSets(pattern: number, F: number): { S: number; T: number } {
  let S = 0, T = 0;
  for (let i = 0, rest = pattern; i < F; i++, rest = Math.floor(rest / 3)) {
    if (rest % 3 === 1) S |= 1 << i;
    if (rest % 3 === 2) T |= 1 << i;
  }
  return { S, T };
}
