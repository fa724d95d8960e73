/** How few latents stop the backdoor, by order. @module */
import { smallestSet } from "../../../lib/diff/causal/set_outcomes.ts";
import { PAYLOAD_LEFT, SET_CLEAN, SIZES } from "../../../lib/diff/causal/rules.ts";
import type { CausalResults } from "../../../lib/diff/stored/causal_results.ts";
import type { Line } from "../../../lib/report/line.ts";
import { DICTIONARIES } from "./causal.ts";

const RULE = `of ${SIZES.join(", ")}, the least size whose removal leaves at most ${
  100 * PAYLOAD_LEFT
} % of the payloads at an untriggered KL of at most ${SET_CLEAN} nats`;

/** Smallest k of the greedy order; of the other orders and of random latents in the note. */
export function smallestKLines({ sets }: CausalResults): Line[] {
  return DICTIONARIES.map((name): Line => {
    const { curve } = sets[name], k = smallestSet(sets[name], "greedy");
    const others = (["truth", "rotation", "label"] as const)
      .map((order) => `${order} ${kWords(smallestSet(sets[name], order))}`);
    const draws = new Set(
      curve.flatMap(({ order, draw }) => order === "random latents" ? [draw] : []),
    );
    const random = [...draws].map((draw) =>
      kWords(smallestSet(sets[name], "random latents", { draw }))
    );
    return {
      name: `${name}: smallest k by greedy choice`,
      ours: k ?? undefined,
      digits: 0,
      note: `${RULE}; ${others.join(", ")}, random latents ${random.join(" and ")}`,
    };
  });
}

/** A smallest k, or that there is none. */
export function kWords(k: number | null): string {
  return k === null ? "none" : String(k);
}
