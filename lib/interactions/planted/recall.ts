/** How many of the planted pairs are among as many top pairs of a score. @module */
import { type PlantedPair, type Rule, RULES } from "./task.ts";
import type { PairList } from "../pairs/instances.ts";

/**
 * `recall`: the share of the planted pairs among the first k of the list, k the number of planted
 * pairs; `half`: of the first k / 2, how many are planted; `byRule`: the share of the pairs of a rule
 * among the first k.
 */
export type Recall = { recall: number; half: number; byRule: Record<Rule, number> };

/** The recall of a score [pairs]; of equal scores the earlier pair comes first. */
export function recallOf(
  score: ArrayLike<number>,
  pairs: PairList,
  planted: readonly PlantedPair[],
): Recall {
  const ruleOf = new Map(planted.map(({ i, j, rule }) => [`${i} ${j}`, rule]));
  const order = Array.from(score, (_, p) => p).sort((p, q) => score[q] - score[p] || p - q);
  const rules = order.slice(0, planted.length).map((p) =>
    ruleOf.get(`${pairs.i[p]} ${pairs.j[p]}`)
  );
  const share = (rule: Rule) =>
    rules.filter((found) => found === rule).length /
    planted.filter((pair) => pair.rule === rule).length;
  const first = rules.slice(0, Math.ceil(planted.length / 2));
  return {
    recall: rules.filter((rule) => rule !== undefined).length / planted.length,
    half: first.filter((rule) => rule !== undefined).length / first.length,
    byRule: Object.fromEntries(RULES.map((rule) => [rule, share(rule)])) as Record<Rule, number>,
  };
}
