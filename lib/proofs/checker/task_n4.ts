/**
 * Checker: theorem N4 for a task, each wrong token alone or in the sets of a partition.
 * @module
 */
import { MOST_STEPS, wholeCount } from "./assignments.ts";
import { limit, type Meter, MOST_TASK_SUMS, newMeter } from "./limits.ts";
import { integerOf, type Reader, reject } from "./reader.ts";
import type { Counts, TaskCheck } from "./record.ts";
import type { CheckTables } from "./tables.ts";
import { countFillings, type RuleTable, ruleTable, taskStep } from "./task_counts.ts";
import type { CheckTask } from "./tasks.ts";
import { type WinTerms, winTerms } from "./win_terms.ts";

export const taskN4: TaskCheck = {
  limit: (task, { d_vocab: v, n_ctx: K }) =>
    limit("sums", { needed: task.work * v ** 4 * K, most: MOST_TASK_SUMS }),
  read(reader, task) {
    const G = reader.parameter("G", [1, MOST_STEPS]);
    return (T) => checkTaskN4(T, task, { G, sets: () => [] });
  },
};

export const taskN4Partition: TaskCheck = {
  limit: taskN4.limit,
  read(reader, task) {
    const G = reader.parameter("G", [1, MOST_STEPS]), sets = readSets(reader, task);
    return (T) => checkTaskN4(T, task, { G, sets });
  },
};

/** Every last token with each of its answers, as hints are listed. */
export function answerList(task: CheckTask, v: number): [q: number, y: number][] {
  const queries = Array.from({ length: v }, (_, q) => q);
  return queries.flatMap((q) => task.answers(q).map((y): [number, number] => [q, y]));
}

/** For each last token and answer disjoint sets of other tokens. */
function readSets(reader: Reader, task: CheckTask): (q: number, y: number) => number[][] {
  const { v } = reader, list = answerList(task, v);
  const found = new Map<number, number[][]>();
  reader.list("sets", list.length).forEach((sets, at) => {
    const [q, y] = list[at];
    if (!Array.isArray(sets)) return reject(`hint sets[${at}] is not a list`);
    const whole = sets.map((X) => {
      if (!Array.isArray(X) || X.length === 0) return reject(`hint sets[${at}] holds an empty set`);
      return X.map((x) => integerOf("sets", x, [0, v - 1]));
    });
    const tokens = whole.flat();
    if (new Set(tokens).size !== tokens.length) reject(`hint sets[${at}] overlap`);
    if (tokens.includes(y)) reject(`hint sets[${at}] holds the answer ${y}`);
    found.set(q * v + y, whole);
  });
  return (q, y) => found.get(q * v + y)!;
}

/** Fillings of each rule that reach the threshold with upper ends, and the steps that were taken. */
export function winning(
  rules: RuleTable[],
  { hi, queryHi }: { hi: Float64Array; queryHi: number },
  { G, meter }: { G: number; meter: Meter },
): { count: number; D: number }[] {
  return rules.map((rule) => {
    const D = taskStep(rule, { values: hi, query: queryHi }, G);
    const terms = { values: hi, query: queryHi, D };
    return { count: D === 0 ? 0 : countFillings(rule, terms, { above: true, meter }), D };
  });
}

function checkTaskN4(
  T: CheckTables,
  task: CheckTask,
  { G, sets }: { G: number; sets: (q: number, y: number) => number[][] },
): Counts {
  const { v, F } = T, meter = newMeter();
  let certified = 0n, atMost = 0n;
  for (let q = 0; q < v; q++) {
    const terms = winTerms(T, q, { last: v - 1 });
    for (const y of task.answers(q)) {
      const rules = task.rules(q, y).map((rule) => ruleTable(rule, v, F));
      const wrong = rules.map(() => 0), surely = rules.map(() => 0);
      const add = (won: { count: number }[]) => won.forEach(({ count }, n) => wrong[n] += count);
      const listed = sets(q, y), members = new Set(listed.flat());
      for (let x = v - 1; x >= 0; x--) {
        if (x === y) continue;
        terms.upper(y, x);
        const alone = winning(rules, terms, { G, meter });
        if (!members.has(x)) add(alone);
        if (alone.every(({ D }) => D === 0)) continue;
        terms.lower(y, x);
        rules.forEach((rule, n) => {
          const { D } = alone[n], lower = { values: terms.lo, query: terms.queryLo, D };
          if (D === 0) return;
          surely[n] = Math.max(surely[n], countFillings(rule, lower, { above: false, meter }));
        });
      }
      for (const X of listed) add(winning(rules, unitedTerms(terms, y, X), { G, meter }));
      rules.forEach(({ fillings }, n) => {
        const most = wholeCount(wrong[n], { v, F, above: true });
        const least = wholeCount(surely[n], { v, F, above: false });
        certified += most < fillings ? fillings - most : 0n;
        atMost += least < fillings ? fillings - least : 0n;
      });
    }
  }
  return { certified, atMost };
}

/** The largest of the upper ends of several wrong tokens. */
function unitedTerms(terms: WinTerms, y: number, X: number[]) {
  const hi = new Float64Array(terms.hi.length).fill(-Infinity);
  let queryHi = -Infinity;
  for (const x of X) {
    terms.upper(y, x);
    for (let at = 0; at < hi.length; at++) hi[at] = Math.max(hi[at], terms.hi[at]);
    queryHi = Math.max(queryHi, terms.queryHi);
  }
  return { hi, queryHi };
}
