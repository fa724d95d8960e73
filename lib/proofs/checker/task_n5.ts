/**
 * Checker: theorem N5 for a task. Wrong tokens near the answer have bounds of their own, the others,
 * on either side of it, share the row maxima of copying and positions.
 * @module
 */
import { down, up } from "../arithmetic/interval.ts";
import { MOST_STEPS, wholeCount } from "./assignments.ts";
import { limit, LOWER_GAPS, MOST_SUMS, MOST_TASK_SUMS, newMeter } from "./limits.ts";
import type { Reader } from "./reader.ts";
import type { TaskCheck } from "./record.ts";
import { type CheckTables, weighUp } from "./tables.ts";
import { ruleTable } from "./task_counts.ts";
import { answerList, winning } from "./task_n4.ts";
import type { CheckTask } from "./tasks.ts";
import { winTerms } from "./win_terms.ts";

export const taskN5: TaskCheck = {
  limit() {}, // the hinted gaps decide how much there is to do
  read(reader, task) {
    const G = reader.parameter("G", [1, MOST_STEPS]);
    const gap = readGaps(reader, task);
    return (T) => ({ certified: checkTaskN5(T, task, { G, gap }) });
  },
};

/** Numbers that are held for the far sets of every answer and gap: some hundred megabytes. */
const MOST_MAXIMA = 4e7;

/** Asking a rule for every token, and counting its fillings, take the time of so many sets. */
const OF_A_RULE = 8;

function readGaps(reader: Reader, task: CheckTask): (q: number, y: number) => number {
  const { v, K } = reader, list = answerList(task, v);
  const g = reader.integers("g", list.length, [0, v]);
  const sets = g.reduce((sum, near) => sum + (near === 0 ? 0 : OF_A_RULE + task.sets(near)), 0);
  const needed = sets / list.length * task.work * v ** 3 * K;
  limit("sums", { needed, most: MOST_TASK_SUMS, todo: LOWER_GAPS });
  const apart = new Set(list.map(([, y], at) => g[at] * v + y)), maxima = 2 * apart.size * K * v;
  const todo = "take the same gap for more of the last tokens of an answer";
  limit("row maxima", { needed: maxima, most: MOST_MAXIMA, todo });
  limit("sums of row maxima", { needed: maxima * v / 2, most: MOST_SUMS, todo });
  const gaps = new Map(list.map(([q, y], at) => [q * v + y, g[at]]));
  return (q, y) => gaps.get(q * v + y)!;
}

/** The number of sequences that the theorem certifies; a gap of 0 gives up on an answer. */
function checkTaskN5(
  T: CheckTables,
  task: CheckTask,
  { G, gap }: { G: number; gap: (q: number, y: number) => number },
): bigint {
  const { v, F } = T, meter = newMeter(), maxima = new Map<number, Float64Array>();
  let certified = 0n;
  for (let q = 0; q < v; q++) {
    const terms = winTerms(T, q, { last: v - 1 });
    for (const y of task.answers(q)) {
      const g = gap(q, y);
      if (g === 0) continue;
      const rules = task.rules(q, y).map((rule) => ruleTable(rule, v, F));
      const wrong = rules.map(() => 0);
      const add = (won: { count: number }[]) => won.forEach(({ count }, n) => wrong[n] += count);
      const far: number[] = [];
      for (let x = v - 1; x >= 0; x--) {
        if (x === y) continue;
        if (!task.near(x, y, g)) {
          far.push(x);
          continue;
        }
        terms.upper(y, x);
        add(winning(rules, terms, { G, meter }));
      }
      for (const side of [1, -1]) {
        const some = far.filter((x) => (x - y) * side > 0);
        if (some.length === 0) continue;
        const key = side * (g * v + y + 1), known = maxima.get(key) ?? rowMaxima(T, some);
        maxima.set(key, known);
        add(winning(rules, farTerms(T, { q, y, far: some, maxima: known }), { G, meter }));
      }
      rules.forEach(({ fillings }, n) => {
        const most = wholeCount(wrong[n], { v, F, above: true });
        certified += most < fillings ? fillings - most : 0n;
      });
    }
  }
  return certified;
}

/** max over the far tokens of EVOU[t,x] + PVOU[i,x], at i * v + t. */
function rowMaxima({ v, K, EVOU, PVOU }: CheckTables, far: number[]): Float64Array {
  const out = new Float64Array(K * v);
  for (let at = 0; at < out.length; at++) {
    const t = at % v, i = (at - t) / v;
    let top = -Infinity;
    for (const x of far) top = Math.max(top, up(PVOU.hi[i * v + x] + EVOU.hi[t * v + x]));
    out[at] = top;
  }
  return out;
}

function farTerms(
  { v, K, F, EVOU, PVOU, EU, token, position }: CheckTables,
  { q, y, far, maxima }: { q: number; y: number; far: number[]; maxima: Float64Array },
) {
  let direct = -Infinity;
  for (const x of far) direct = Math.max(direct, EU.hi[q * v + x]);
  direct = up(direct - EU.lo[q * v + y]);
  const term = (i: number, t: number) => {
    const c = up(direct + up(up(maxima[i * v + t] - PVOU.lo[i * v + y]) - EVOU.lo[t * v + y]));
    const lo = Math.max(0, down(token.lo[q * v + t] * position.lo[q * K + i]));
    return weighUp(c, lo, up(token.hi[q * v + t] * position.hi[q * K + i]));
  };
  const hi = Float64Array.from({ length: F * v }, (_, at) => term(Math.floor(at / v), at % v));
  return { hi, queryHi: term(F, q) };
}
