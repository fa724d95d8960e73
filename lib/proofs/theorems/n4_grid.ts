/**
 * Theorem N4: count the wrong sequences of each wrong token on a grid; a bound from both sides.
 *
 * Upper ends, rounded up: wrong(q,m) <= min(all, sum over x of the assignments that x may win).
 * Lower ends, rounded down: wrong(q,m) >= the largest over x of those that x certainly wins, since
 * the set of wrong sequences contains each x's set. G is the number of grid steps.
 *
 * Where several x win the same sequences, the sum counts them more than once. So any partition of
 * the wrong tokens is a valid hint: a set X is counted once, by the terms max_{x in X} h_x(i,t),
 * and the sum runs over the sets.
 * @module
 */
import { up } from "../arithmetic/interval.ts";
import { countDown, countUp, pairsOf, sequencesWith } from "../tables/counting.ts";
import { sumPairs, type Verification } from "../tables/verification.ts";
import {
  type AssignmentTerms,
  countAtLeast,
  countAtMost,
  gridStep,
  largestSums,
  newScratch,
} from "./assignments.ts";
import { exactDimension } from "../tables/dimension.ts";
import { answersOf, searchTaskPartition, verifyTaskN4 } from "../tasks/n4.ts";
import { single, type Theorem } from "../theorem.ts";
import type { Flops } from "../tables/flops.ts";
import { everyPair, type QueryTerms } from "../tables/query_terms.ts";
import { countTables, type ProofTables } from "../tables/folded.ts";

export const n4: Theorem = {
  ...single("N4"),
  title: "Counts the sequences that each wrong token may win on a grid of G steps, from both sides",
  source: "ours",
  sound: true,
  options: ["G"],
  planned: [16, 64, 256].map((G) => ({ strategy: "N4", G })),
  growth: 3.5,
  verify: ({ tables }, _, { G }) => verifyN4(tables, { G }),
  write: (_prover, _parts, { G }) => ({ parameters: { G } }),
  forTasks: {
    strategy: "N4",
    planned: [{ strategy: "N4", G: 64 }],
    verify: (prover, { G }) => verifyTaskN4(prover, { G }),
    write: (_, { G }) => ({ parameters: { G } }),
  },
  dimension: (_, sizes) => exactDimension(sizes),
};

export const n4Partition: Theorem<Record<never, never>, Partition> = {
  ...single("N4-partition"),
  title: "The same, hinted sets of wrong tokens counted together",
  source: "ours",
  sound: true,
  options: ["G"],
  planned: [{ strategy: "N4-partition", G: 64, everyFloat32: true }],
  growth: 3.5,
  search: ({ tables }, _, { G }) => searchPartition(tables, { G }),
  form: {
    expected: "a list [v, v] of disjoint sets of tokens other than m",
    holds: (found, { v }) =>
      Array.isArray(found) && found.length === v * v &&
      found.every((sets, pair) => areSets(sets, pair % v, v)),
  },
  verify: ({ tables }, _, { found, G }) => verifyN4(tables, { G, partition: found }),
  write: ({ tables: { v } }, _, { found, G }) => ({
    parameters: { G },
    hints: { sets: pairsOf(v).map(([q, m]) => found[q * v + m]) },
  }),
  forTasks: {
    strategy: "N4-partition",
    planned: [{ strategy: "N4-partition", G: 64, everyFloat32: true }],
    search: searchTaskPartition,
    verify: (prover, { found, G }) => verifyTaskN4(prover, { G, partition: found }),
    write: (prover, { found, G }) => ({
      parameters: { G },
      hints: { sets: answersOf(prover).map((at) => found[at]) },
    }),
  },
  dimension: (_, sizes) => exactDimension(sizes),
};

/**
 * Sets of wrong tokens for the pair q * v + m, disjoint, without m; every other token is a set of
 * its own.
 */
type Partition = number[][][];

function areSets(sets: unknown, m: number, v: number): boolean {
  if (!Array.isArray(sets) || !sets.every((X) => Array.isArray(X) && X.length > 0)) return false;
  const tokens: number[] = sets.flat();
  return new Set(tokens).size === tokens.length &&
    tokens.every((x) => Number.isInteger(x) && x >= 0 && x < v && x !== m);
}

/** Verifies N4 with G grid steps, every wrong token alone or in the sets of a partition. */
function verifyN4(
  tables: ProofTables,
  { G, partition }: { G: number; partition?: Partition },
): Verification {
  const { v, K } = tables;
  const flops: Flops = { total: 0 };
  countTables(flops, tables, ["EQK", "EQP", "EVOU", "PVOU", "EU"]);
  const exact = v ** (K - 1) < 2 ** 52;
  const byPair = new Array<bigint>(v * v).fill(0n);
  let atMost = 0n;
  const counter = winCounter(tables, G, flops);
  for (const { q, m, terms } of everyPair(tables, flops)) {
    let wrong = 0, surely = 0;
    for (const X of allSets(partition?.[q * v + m] ?? [], m, v)) {
      const { count, D } = counter.atMost(terms, m, X);
      wrong += count;
      for (const x of X) {
        const step = X.length === 1 ? D : counter.step(terms, m, x);
        if (step > 0) surely = Math.max(surely, counter.atLeast(terms, m, { x, D: step }));
      }
    }
    const all = sequencesWith(q, m, K);
    const bad = countUp(wrong, exact), least = countDown(surely, exact);
    byPair[q * v + m] = bad < all ? all - bad : 0n;
    atMost += least < all ? all - least : 0n;
  }
  return { ...sumPairs(byPair, flops.total), atMost };
}

/**
 * A good partition: wrong tokens by falling count, each added to the set where it adds least, or
 * left alone. Sets whose union does not help are not written down.
 */
function searchPartition(tables: ProofTables, { G }: { G: number }): Partition {
  const { v } = tables;
  const counter = winCounter(tables, G, { total: 0 });
  const partition: Partition = Array.from({ length: v * v }, () => []);
  for (const { q, m, terms } of everyPair(tables)) {
    const count = (X: number[]) => counter.atMost(terms, m, X).count;
    const winners = Array.from({ length: v }, (_, x) => x).filter((x) => x !== m)
      .map((x) => ({ x, alone: count([x]) }))
      .filter(({ alone }) => alone > 0)
      .sort((a, b) => b.alone - a.alone || a.x - b.x);
    const sets: { X: number[]; count: number }[] = [];
    for (const { x, alone } of winners) {
      let best: typeof sets[number] | undefined, least = alone;
      for (const set of sets) {
        const added = count([...set.X, x]) - set.count;
        if (added < least) {
          least = added;
          best = set;
        }
      }
      if (best) {
        best.X.push(x);
        best.count += least;
      } else sets.push({ X: [x], count: alone });
    }
    partition[q * v + m] = sets.map(({ X }) => X).filter((X) => X.length > 1);
  }
  return partition;
}

/** The sets of a partition, and each remaining token but m alone. */
function* allSets(sets: number[][], m: number, v: number): Generator<number[]> {
  const listed = new Set(sets.flat());
  yield* sets;
  for (let x = 0; x < v; x++) if (x !== m && !listed.has(x)) yield [x];
}

function winCounter({ v, K }: ProofTables, G: number, flops: Flops) {
  const F = K - 1;
  const scratch = newScratch();
  const values = new Float64Array(F * v);
  const assignment: AssignmentTerms = { F, m: 0, values, stride: v, query: 0, needsMax: false };

  /** Fills in upper ends of max_{x in X} h_x and returns the grid step, 0 if nothing can fail. */
  function fillUpper(terms: QueryTerms, m: number, X: number[]): number {
    upperValues(terms, m, { X, out: values });
    assignment.m = m;
    assignment.needsMax = terms.q < m;
    assignment.query = -Infinity;
    for (const x of X) {
      assignment.query = Math.max(assignment.query, up(terms.queryHi[x] - terms.queryLo[m]));
    }
    flops.total += X.length * (2 + F * 2 * m) + 3 * F;
    const reach = largestSums(assignment);
    return reach.allowed < 0 ? 0 : gridStep(reach.any, G);
  }

  return {
    step: (terms: QueryTerms, m: number, x: number) => fillUpper(terms, m, [x]),
    /** At least as many assignments as some x in X wins. */
    atMost(terms: QueryTerms, m: number, X: number[]): { count: number; D: number } {
      const D = fillUpper(terms, m, X);
      if (D === 0) return { count: 0, D };
      flops.total += F * (2 * (m + 1));
      return { count: countAtMost(assignment, D, scratch, flops), D };
    },
    /** At most as many assignments as x certainly wins. */
    atLeast(terms: QueryTerms, m: number, { x, D }: { x: number; D: number }): number {
      lowerValues(terms, m, { x, out: values });
      assignment.query = -up(terms.queryHi[m] - terms.queryLo[x]);
      return countAtLeast(assignment, D, scratch);
    },
  };
}

/** Upper ends of max_{x in X} h_x(i,t), t <= m. */
function upperValues(
  { v, F, lo, hi }: QueryTerms,
  m: number,
  { X, out }: { X: number[]; out: Float64Array },
): void {
  for (let i = 0; i < F; i++) {
    const rowM = (i * v + m) * v;
    X.forEach((x, n) => {
      const rowX = (i * v + x) * v;
      for (let t = 0; t <= m; t++) {
        const h = up(hi[rowX + t] - lo[rowM + t]);
        if (n === 0 || h > out[i * v + t]) out[i * v + t] = h;
      }
    });
  }
}

/** Lower ends of h_x(i,t), t <= m. */
function lowerValues(
  { v, F, lo, hi }: QueryTerms,
  m: number,
  { x, out }: { x: number; out: Float64Array },
): void {
  for (let i = 0; i < F; i++) {
    const rowX = (i * v + x) * v, rowM = (i * v + m) * v;
    for (let t = 0; t <= m; t++) out[i * v + t] = -up(hi[rowM + t] - lo[rowX + t]);
  }
}
