/** The five groups of pairs that are injected; the first three, which never meet, are spliced too. @module */
import { stream } from "../../numerics/random.ts";
import type { PairList } from "../pairs/instances.ts";
import { topOf } from "../ranking/top.ts";
import { matchedOn, randomOf } from "./groups.ts";

/** Pairs with what they could do, from weights; see potential.ts. */
export type Candidates = { pairs: PairList; potential: Float64Array; product: Float64Array };
/** `chosen` are numbers of the pairs it is drawn from. */
export type Group = { group: string; from: Candidates; chosen: number[] };

/** Five groups: of pairs that never meet the top, those matched on main effects and others; of pairs that do, the top and others. */
export function groupsOf(
  { never, often }: { never: Candidates; often: Candidates },
  { seed, count }: { seed: number; count: number },
): Group[] {
  for (const [name, { pairs }] of Object.entries({ never, often })) {
    if (pairs.i.length >= 3 * count) continue;
    throw new RangeError(
      `Cannot compare pairs that meet ${name}: expected at least ${3 * count} of them but found ` +
        `${pairs.i.length}: read a longer text, or compare fewer pairs`,
    );
  }
  const random = stream(seed, "adversarial groups");
  const top = topOf(never.potential, count), matched = matchedOn(never.product, top);
  const others = [...top, ...matched];
  const topOften = topOf(often.potential, count);
  const draw = (from: Candidates, name: string, others: number[]) =>
    randomOf(from.pairs.i.length, { count, others, random: random.stream(name) });
  return [
    { group: "top potential, never together", from: never, chosen: top },
    { group: "matched on main effects, never together", from: never, chosen: matched },
    { group: "random, never together", from: never, chosen: draw(never, "never", others) },
    { group: "top potential, together", from: often, chosen: topOften },
    { group: "random, together", from: often, chosen: draw(often, "often", topOften) },
  ];
}
