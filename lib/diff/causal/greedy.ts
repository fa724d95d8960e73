/**
 * Which few latents have to go together? Greedy forward selection: at each step the one whose removal,
 * with those chosen before, leaves the model nearest to how it answers without the trigger.
 *
 * The objective is what recovery and harm have in common, nats of KL divergence: of triggered prompts
 * from the untriggered distribution, plus of untriggered prompts from their own. A latent that stops
 * the payload by breaking the text is not worth its place; log-odds of the payload alone would take it
 * first.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { greedySet } from "./greedy.ts";
 * const gain: Record<number, number> = { 3: -4, 7: -1, 9: -3 };
 * const cost: Record<number, number> = { 3: 0, 7: 0, 9: 5 }; // 9 harms more than it mends
 * const sum = (set: number[], of: Record<number, number>) => set.reduce((all, i) => all + of[i], 0);
 * const steps = await greedySet([3, 7, 9], {
 *   most: 3,
 *   effects: (sets) => Promise.resolve(sets.map((set) => ({ KL: sum(set, gain), clean: sum(set, cost) }))),
 * });
 * assertEquals(steps.map(({ latent }) => latent), [3, 7]);
 * ```
 * @module
 */
import { callback, expectForm, having, list, maybe, number, whole } from "../../io/form.ts";
import { expectNumbers } from "../../numerics/numbers.ts";

/**
 * What a removal does, in nats, against none: `KL` on triggered prompts, negative where the text comes
 * back; `clean` on untriggered ones, positive.
 */
export type Removed = { KL: number; clean: number };

/** A latent that was taken, and what all up to it do together. */
export type GreedyStep = Removed & { latent: number };

export type GreedyOptions = {
  /** Latents at most. */
  most: number;
  /** The choice ends where nothing lowers the objective by as much; 0.005 nats by default. */
  least?: number;
  /** What removing each of these sets does; one for each, in their order. */
  effects(sets: number[][]): Promise<Removed[]>;
};

const OPTIONS = having({ most: whole(1), least: maybe(number({ least: 0 })), effects: callback });

/**
 * The latents in the order in which they are taken; the first of equals. None where every candidate
 * costs more than it mends. Throws on an effect that is missing or not finite.
 */
export async function greedySet(
  candidates: readonly number[],
  options: GreedyOptions,
): Promise<GreedyStep[]> {
  const action = "choose latents greedily";
  expectForm(action, candidates, list(whole(0)), "pass latents");
  expectForm(action, options, OPTIONS);
  const { most, least = 0.005, effects } = options, left = new Set(candidates);
  const steps: GreedyStep[] = [];
  let objective = 0;
  while (steps.length < most && left.size > 0) {
    const chosen = steps.map(({ latent }) => latent), next = [...left];
    const found = await effects(next.map((latent) => [...chosen, latent]));
    if (found.length !== next.length) {
      throw new RangeError(
        `Cannot ${action}: expected the effect of each of ${next.length} sets but found ${found.length}: ` +
          "return one for each, in their order",
      );
    }
    const totals = found.map(({ KL, clean }) => KL + clean);
    expectNumbers(action, totals);
    const best = totals.reduce((best, total, n) => total < totals[best] ? n : best, 0);
    if (objective - totals[best] < Math.max(least, Number.MIN_VALUE)) break;
    objective = totals[best];
    left.delete(next[best]);
    steps.push({ latent: next[best], KL: found[best].KL, clean: found[best].clean });
  }
  return steps;
}
