/**
 * Theorem N5 for a task: wrong tokens near the answer one by one, all others by row maxima, those
 * below the answer and those above it. A row may be high on one side of the answer alone.
 * theorems/n5_layered.ts has it for "max", task.ts the argument. The gap g(q,y) is a hint: 0 gives up
 * on the answer.
 * @module
 */
import { countUp } from "../tables/counting.ts";
import type { Flops } from "../tables/flops.ts";
import { countTables, type ProofTables } from "../tables/folded.ts";
import { sumPairs, type Verification } from "../tables/verification.ts";
import { type Language, wordsOf } from "./language.ts";
import { countWins, everyAnswer, others } from "./n4.ts";
import type { Task } from "./task.ts";
import {
  type AnswerTerms,
  type QueryPlace,
  rowMaxima,
  togetherTerms,
  upperTerms,
} from "./terms.ts";

type Asked = { tables: ProofTables; task: Task };

/** Certified right answers for the hinted gaps, at q * v + y. */
export function verifyTaskN5(
  { tables, task }: Asked,
  { G, found }: { G: number; found: Uint16Array },
): Verification {
  const { v, K } = tables;
  const flops: Flops = { total: 0 };
  countTables(flops, tables, ["EQK", "EQP", "EVOU", "PVOU", "EU"]);
  const exact = v ** (K - 1) < 2 ** 52;
  const counter = layers({ tables, task }, G, flops);
  const byPair = new Array<bigint>(v * v).fill(0n);
  for (const { q, y, place, languages } of everyAnswer(tables, task, flops)) {
    const g = found[q * v + y];
    if (g === 0) continue;
    const answer = { place, y, languages };
    const far = counter.far(answer, g);
    const near = task.near(y, g, { v, F: K - 1 }).map((x) => counter.near(answer, x));
    languages.forEach((language, n) => {
      const all = wordsOf(language);
      const bad = countUp(near.reduce((sum, count) => sum + count[n], far[n]), exact);
      byPair[q * v + y] += bad < all ? all - bad : 0n;
    });
  }
  return sumPairs(byPair, flops.total);
}

/** For each answer the gap up to gMax that leaves the fewest wrong sequences, the smallest of equals. */
export function searchTaskN5(
  { tables, task }: Asked,
  { G, gMax }: { G: number; gMax: number },
): Uint16Array {
  const { v, K } = tables, sizes = { v, F: K - 1 };
  const counter = layers({ tables, task }, G);
  const hints = new Uint16Array(v * v);
  for (const { q, y, place, languages } of everyAnswer(tables, task)) {
    const all = languages.map((language) => Number(wordsOf(language)));
    const answer = { place, y, languages };
    const near = languages.map(() => 0), seen = new Set<number>();
    let least = all.reduce((sum, n) => sum + n, 0);
    for (let g = 1; g <= (task.gaps ? gMax : 1); g++) {
      for (const x of task.near(y, g, sizes)) {
        if (seen.has(x)) continue;
        seen.add(x);
        counter.near(answer, x).forEach((count, n) => near[n] += count);
      }
      const far = counter.far(answer, g);
      const wrong = all.reduce((sum, most, n) => sum + Math.min(most, far[n] + near[n]), 0);
      if (wrong < least) {
        least = wrong;
        hints[q * v + y] = g;
      }
      // Larger gaps only add near tokens.
      if (far.every((count) => count === 0)) break;
    }
  }
  return hints;
}

type Answer = { place: QueryPlace; y: number; languages: readonly Language[] };

/** Counts of the far tokens and of a near one, by language. */
function layers({ tables, task }: Asked, G: number, flops?: Flops) {
  const { v, K } = tables, sizes = { v, F: K - 1 };
  const kept = new Map<number, { X: number[]; maxima: Float64Array }[]>();
  const farSets = (y: number, g: number) => {
    const key = g * v + y;
    let found = kept.get(key);
    if (!found) {
      const near = new Set(task.near(y, g, sizes));
      const far = others(y, v).filter((x) => !near.has(x));
      found = [far.filter((x) => x < y), far.filter((x) => x > y)]
        .filter((X) => X.length > 0)
        .map((X) => ({ X, maxima: rowMaxima(tables, X, flops) }));
      kept.set(key, found);
    }
    return found;
  };
  const counts = (terms: AnswerTerms, languages: readonly Language[]) =>
    languages.map((language) => countWins(terms, { language, v, G, flops }).count);
  return {
    far({ place, y, languages }: Answer, g: number): number[] {
      const sums = languages.map(() => 0);
      for (const { X, maxima } of farSets(y, g)) {
        const terms = togetherTerms(place, { y, X, maxima }, flops);
        counts(terms, languages).forEach((count, n) => sums[n] += count);
      }
      return sums;
    },
    near({ place, y, languages }: Answer, x: number): number[] {
      return counts(upperTerms(place, { y, X: [x] }, flops), languages);
    },
  };
}
