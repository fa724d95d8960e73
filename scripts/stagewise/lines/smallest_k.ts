/** How few latents stop the backdoor, by order. @module */
import { smallestSet } from "../../../lib/diff/causal/set_outcomes.ts";
import { PAYLOAD_LEFT, SET_CLEAN, SIZES } from "../../../lib/diff/causal/rules.ts";
import type { CausalResults, DictionarySets } from "../../../lib/diff/stored/causal_results.ts";
import type { Line } from "../../../lib/report/line.ts";
import { DICTIONARIES } from "./causal.ts";

const RULE = `of ${SIZES.join(", ")}, the least size whose removal leaves at most ${
  100 * PAYLOAD_LEFT
} % of the payloads at an untriggered KL of at most ${SET_CLEAN} nats`;

/** Smallest k of the greedy order; of the other orders and of random latents in the note. */
export function smallestKLines({ sets }: CausalResults): Line[] {
  return DICTIONARIES.map((name): Line => {
    const k = smallestSet(sets[name], "greedy"), random = randomSmallest(sets[name]).map(kWords);
    const others = (["truth", "rotation", "label"] as const)
      .map((order) => `${order} ${kWords(smallestSet(sets[name], order))}`);
    return {
      name: `${name}: smallest k by greedy choice`,
      ours: k ?? undefined,
      digits: 0,
      note: `${RULE}; ${others.join(", ")}, random latents ${random.join(" and ")}`,
    };
  });
}

/** The smallest k of random latents, one a draw. */
export function randomSmallest(sets: DictionarySets): (number | null)[] {
  const draws = new Set(
    sets.curve.flatMap(({ order, draw }) => order === "random latents" ? [draw] : []),
  );
  return [...draws].map((draw) => smallestSet(sets, "random latents", { draw }));
}

/** A smallest k, or that there is none. */
export function kWords(k: number | null): string {
  return k === null ? "none" : String(k);
}
