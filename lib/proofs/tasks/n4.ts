/**
 * Theorem N4 for a task: the wrong sequences of each last token and answer, each wrong token alone or
 * in the sets of a partition, from both sides. theorems/n4_grid.ts has it for "max", task.ts the
 * argument.
 * @module
 */
import { countDown, countUp } from "../tables/counting.ts";
import type { Flops } from "../tables/flops.ts";
import { countTables, type ProofTables } from "../tables/folded.ts";
import { sumPairs, type Verification } from "../tables/verification.ts";
import { gridStep } from "../theorems/assignments.ts";
import { type Language, wordsOf } from "./language.ts";
import type { Task } from "./task.ts";
import { type AnswerTerms, lowerTerms, placeOf, type QueryPlace, upperTerms } from "./terms.ts";
import { countWords, largestWord } from "./words.ts";

type Asked = { tables: ProofTables; task: Task };

/** Sets of wrong tokens that are counted together, at q * v + y. */
export type TaskPartition = number[][][];

/** The places q * v + y of every last token with each of its answers, as certificates list them. */
export function answersOf({ tables: { v, K }, task }: Asked): number[] {
  return Array.from({ length: v }, (_, q) => q).flatMap((q) =>
    task.answers(q, { v, F: K - 1 }).map((y) => q * v + y)
  );
}

/** Every last token with each of its answers. */
export function* everyAnswer(
  tables: ProofTables,
  task: Task,
  flops?: Flops,
): Generator<{ q: number; y: number; place: QueryPlace; languages: Language[] }> {
  const { v, K } = tables, sizes = { v, F: K - 1 };
  for (let q = 0; q < v; q++) {
    const place = placeOf(tables, q, flops);
    for (const y of task.answers(q, sizes)) {
      yield { q, y, place, languages: task.languages(q, y, sizes) };
    }
  }
}

/** At least as many words as reach the threshold with these upper ends, and the step they took. */
export function countWins(
  { values, query }: AnswerTerms,
  { language, v, G, flops }: { language: Language; v: number; G: number; flops?: Flops },
): { count: number; D: number } {
  const terms = { language, values, stride: v, query };
  const reach = largestWord(terms, flops);
  if (reach < 0) return { count: 0, D: 0 };
  const D = gridStep(reach, G);
  if (flops) flops.total += 2 * language.runs.length * v;
  return { count: countWords(terms, D, { upper: true, flops }), D };
}

/** Certified right answers and the most there can be, with G grid steps. */
export function verifyTaskN4(
  { tables, task }: Asked,
  { G, partition }: { G: number; partition?: TaskPartition },
): Verification {
  const { v, K } = tables;
  const flops: Flops = { total: 0 };
  countTables(flops, tables, ["EQK", "EQP", "EVOU", "PVOU", "EU"]);
  const exact = v ** (K - 1) < 2 ** 52;
  const byPair = new Array<bigint>(v * v).fill(0n);
  let atMost = 0n;
  for (const { q, y, place, languages } of everyAnswer(tables, task, flops)) {
    const wrong = languages.map(() => 0), surely = languages.map(() => 0);
    for (const X of allSets(partition?.[q * v + y] ?? [], y, v)) {
      const together = upperTerms(place, { y, X }, flops);
      const won = languages.map((language) => countWins(together, { language, v, G, flops }));
      won.forEach(({ count }, n) => wrong[n] += count);
      for (const x of X) {
        const steps = X.length === 1
          ? won
          : languages.map((language) =>
            countWins(upperTerms(place, { y, X: [x] }), { language, v, G })
          );
        if (steps.every(({ D }) => D === 0)) continue;
        const { values, query } = lowerTerms(place, { y, x });
        languages.forEach((language, n) => {
          const { D } = steps[n];
          if (D === 0) return;
          const terms = { language, values, stride: v, query };
          surely[n] = Math.max(surely[n], countWords(terms, D, { upper: false }));
        });
      }
    }
    languages.forEach((language, n) => {
      const all = wordsOf(language);
      const bad = countUp(wrong[n], exact), least = countDown(surely[n], exact);
      byPair[q * v + y] += bad < all ? all - bad : 0n;
      atMost += least < all ? all - least : 0n;
    });
  }
  return { ...sumPairs(byPair, flops.total), atMost };
}

/**
 * A good partition: wrong tokens by falling count, each added to the set where it adds least, or left
 * alone.
 */
export function searchTaskPartition(
  { tables, task }: Asked,
  { G }: { G: number },
): TaskPartition {
  const { v } = tables;
  const partition: TaskPartition = Array.from({ length: v * v }, () => []);
  for (const { q, y, place, languages } of everyAnswer(tables, task)) {
    const count = (X: number[]) => {
      const terms = upperTerms(place, { y, X });
      return languages.reduce(
        (sum, language) => sum + countWins(terms, { language, v, G }).count,
        0,
      );
    };
    const winners = others(y, v).map((x) => ({ x, alone: count([x]) }))
      .filter(({ alone }) => alone > 0)
      .sort((a, b) => b.alone - a.alone || a.x - b.x);
    const sets: { X: number[]; count: number }[] = [];
    for (const { x, alone } of winners) {
      const added = sets.map((set) => count([...set.X, x]) - set.count);
      const least = Math.min(alone, ...added), at = added.indexOf(least);
      if (at < 0 || least === alone) sets.push({ X: [x], count: alone });
      else {
        sets[at].X.push(x);
        sets[at].count += least;
      }
    }
    partition[q * v + y] = sets.map(({ X }) => X).filter((X) => X.length > 1);
  }
  return partition;
}

/** Every token but y. */
export function others(y: number, v: number): number[] {
  return Array.from({ length: v }, (_, x) => x).filter((x) => x !== y);
}

function allSets(sets: number[][], y: number, v: number): number[][] {
  const listed = new Set(sets.flat());
  return [...sets, ...others(y, v).filter((x) => !listed.has(x)).map((x) => [x])];
}
