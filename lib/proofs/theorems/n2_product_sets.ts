/**
 * Theorem N2: product sets along an order of the tokens.
 *
 * Any order of the tokens below m and any j[a] are valid hints. N1n holds on the product set whose
 * non-maximal tokens are the first j[a] of the order: with M_x(i) the maximum over those alone, a
 * test that passes for every x certifies C(F,a) j^(F-a) sequences. Product sets of different sets S
 * of positions are disjoint.
 * @module
 */
import { up } from "../arithmetic/interval.ts";
import { binomials, pairsOf, power } from "../tables/counting.ts";
import { sumPairs, type Verification } from "../tables/verification.ts";
import { exactDimension } from "../tables/dimension.ts";
import { single, type Theorem } from "../theorem.ts";
import type { Flops } from "../tables/flops.ts";
import { everyPair, type QueryTerms } from "../tables/query_terms.ts";
import { countTables, type ProofTables } from "../tables/folded.ts";

export const n2: Theorem<Record<never, never>, OrderHints> = {
  ...single("N2"),
  title: "Product sets of sequences that are entirely right, along a hinted order of the tokens",
  source: "ours",
  sound: true,
  options: [],
  planned: [{ strategy: "N2" }],
  growth: 3,
  search: ({ tables }) => searchN2(tables),
  // What the list holds is checked where it is used.
  form: {
    expected: "a list [v, v]",
    holds: (found, { v }) => Array.isArray(found) && found.length === v * v,
  },
  verify: ({ tables }, _, { found }) => verifyN2(tables, found),
  write({ tables: { v } }, _, { found }) {
    const hints = pairsOf(v).map(([q, m]) => found[q * v + m]!);
    return { hints: { orders: hints.map(({ order }) => order), j: hints.map(({ j }) => j) } };
  },
  dimension: (_, sizes) => exactDimension(sizes),
};

/** Hints of one pair (q, m): a permutation of the tokens below m, and j[a] for a = 0..F. */
interface OrderHint {
  order: number[];
  j: number[];
}

/** Index q * v + m; null where q > m. */
type OrderHints = (OrderHint | null)[];

/**
 * Verifies N2 for the given hints; throws on malformed ones: a token twice would make a product set
 * count as larger than it is.
 */
function verifyN2(tables: ProofTables, hints: OrderHints): Verification {
  const { v, K } = tables;
  const F = K - 1;
  const flops: Flops = { total: 0 };
  countTables(flops, tables, ["EQK", "EQP", "EVOU", "PVOU", "EU"]);
  const choose = binomials(F)[F];
  const byPair = new Array<bigint>(v * v).fill(0n);
  for (const { q, m, terms } of everyPair(tables, flops)) {
    const { order, j } = checkedHint(hints[q * v + m], m, F);
    const sizes = usefulSizes(q, m, j);
    const passed = setsThatPass(terms, m, { order, sizes, flops });
    sizes.forEach(({ a, j }, n) => {
      if (passed[n]) byPair[q * v + m] += choose[a] * power(j, F - a);
    });
  }
  return sumPairs(byPair, flops.total);
}

function checkedHint(hint: OrderHint | null | undefined, m: number, F: number): OrderHint {
  const within = (n: number, end: number) => Number.isInteger(n) && n >= 0 && n < end;
  const { order = [], j = [] } = hint ?? {};
  const isOrder = order.length === m && new Set(order).size === m &&
    order.every((t) => within(t, m));
  if (isOrder && j.length === F + 1 && j.every((n) => within(n, m + 1))) return { order, j };
  throw new RangeError(
    `Cannot verify N2: expected an order of the ${m} tokens below ${m} and ${
      F + 1
    } sizes up to ${m} ` +
      `but found order [${order}] and sizes [${j}]: use searchN2()`,
  );
}

/** The set sizes worth a test, by rising j; a = F holds one sequence whatever its j. */
function usefulSizes(q: number, m: number, j: number[]): { a: number; j: number }[] {
  const F = j.length - 1;
  return j.map((n, a) => ({ a, j: a === F ? 0 : n }))
    .filter(({ a, j }) => a === F || (m > 0 && a >= (q < m ? 1 : 0) && j > 0))
    .sort((one, two) => one.j - two.j);
}

function setsThatPass(
  { v, F, lo, hi, queryLo, queryHi }: QueryTerms,
  m: number,
  { order, sizes, flops }: { order: number[]; sizes: { a: number; j: number }[]; flops: Flops },
): boolean[] {
  const passed = sizes.map(() => true);
  const top = new Float64Array(F), gain = new Float64Array(F);
  for (let x = 0; x < v; x++) {
    if (x === m) continue;
    const query = up(queryHi[x] - queryLo[m]);
    top.fill(-Infinity);
    let done = 0;
    for (let n = 0; n < sizes.length; n++) {
      const { a, j } = sizes[n];
      for (let i = 0; i < F; i++) {
        const rowX = (i * v + x) * v, rowM = (i * v + m) * v;
        for (let s = done; s < j; s++) {
          const h = hi[rowX + order[s]] - lo[rowM + order[s]];
          if (h > top[i]) top[i] = h;
        }
      }
      flops.total += 2 * F * (j - done);
      done = j;
      if (passed[n]) passed[n] = largestSum({ query, top, gain, m, x, a }, { v, F, lo, hi }) < 0;
      flops.total += 4 * F;
    }
    flops.total += 1 + F;
  }
  return passed;
}

function largestSum(
  { query, top, gain, m, x, a }: {
    query: number;
    top: Float64Array;
    gain: Float64Array;
    m: number;
    x: number;
    a: number;
  },
  { v, F, lo, hi }: Pick<QueryTerms, "v" | "F" | "lo" | "hi">,
): number {
  let sum = query;
  for (let i = 0; i < F; i++) {
    const atMax = up(hi[(i * v + x) * v + m] - lo[(i * v + m) * v + m]);
    if (a === F) sum = up(sum + atMax);
    else {
      const below = up(top[i]);
      sum = up(sum + below);
      gain[i] = up(atMax - below);
    }
  }
  if (a === F) return sum;
  gain.sort();
  for (let n = 0; n < a; n++) sum = up(sum + gain[F - 1 - n]);
  return sum;
}

/** Good hints: tokens by the largest h_x(i,t) over i and x, then the largest j by bisection. */
function searchN2(tables: ProofTables): OrderHints {
  const { v, K } = tables;
  const F = K - 1;
  const hints: OrderHints = new Array(v * v).fill(null);
  const worst = new Float64Array(v);
  const prefix = new Float64Array((v + 1) * v * F);
  for (const { q, m, terms } of everyPair(tables)) {
    const { lo, hi } = terms;
    worst.fill(-Infinity);
    for (let i = 0; i < F; i++) {
      for (let x = 0; x < v; x++) {
        if (x === m) continue;
        const rowX = (i * v + x) * v, rowM = (i * v + m) * v;
        for (let t = 0; t < m; t++) worst[t] = Math.max(worst[t], hi[rowX + t] - lo[rowM + t]);
      }
    }
    const order = Array.from({ length: m }, (_, t) => t)
      .sort((s, t) => worst[s] - worst[t] || s - t);
    for (let x = 0; x < v; x++) {
      for (let i = 0; i < F; i++) {
        const rowX = (i * v + x) * v, rowM = (i * v + m) * v;
        let top = -Infinity;
        for (let n = 0; n < m; n++) {
          top = Math.max(top, hi[rowX + order[n]] - lo[rowM + order[n]]);
          prefix[((n + 1) * v + x) * F + i] = top;
        }
      }
    }
    const j = Array.from({ length: F + 1 }, () => 0);
    for (let a = q < m ? 1 : 0; a < F; a++) j[a] = largestSet(terms, { m, a, prefix });
    hints[q * v + m] = { order, j };
  }
  return hints;
}

function largestSet(
  terms: QueryTerms,
  { m, a, prefix }: { m: number; a: number; prefix: Float64Array },
): number {
  const { v, F, queryLo, queryHi } = terms;
  const gain = new Float64Array(F);
  const passes = (j: number) => {
    for (let x = 0; x < v; x++) {
      if (x === m) continue;
      const at = (j * v + x) * F;
      const query = up(queryHi[x] - queryLo[m]);
      if (!(largestSum({ query, top: prefix.subarray(at, at + F), gain, m, x, a }, terms) < 0)) {
        return false;
      }
    }
    return true;
  };
  if (m === 0 || passes(m)) return m;
  let low = 0, high = m;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (passes(middle)) low = middle;
    else high = middle;
  }
  return low;
}
