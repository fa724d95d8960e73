/** Which directions cause a backdoor: effects, the floor of random ones beside them, and the verdict. @module */
import {
  cleanCosts,
  type EffectList,
  type FirstTokenEffect,
  type TriggeredEffect,
  triggeredEffects,
} from "./effects.ts";
import type { Groups } from "./edits/edit.ts";
import type { RemovalOptions } from "./edits/removal.ts";
import type { Asked } from "./question/asked.ts";
import { randomEffects, type RandomOptions } from "./random_effects.ts";
import { causalVerdict, type Floor, floorOf, isNecessary } from "./rules.ts";

/** `clean`, nats of KL without the trigger: measured where a direction is necessary. */
export type TruthEffect = TriggeredEffect & { clean?: number };

/**
 * By place in the list: effects and what follows of them. `random`: of every vector of the floor, draw
 * after draw; where no direction acts in the prompts there is neither, and none is necessary.
 */
export type CausalTruth = {
  effects: TruthEffect[];
  random: FirstTokenEffect[];
  floor: Floor | null;
  necessary: boolean[];
  causal: boolean[];
};

/** The truth of a list; `seed` draws the random vectors. Throws as `effectsOf`. */
export async function causalTruth(
  asked: Asked,
  list: EffectList,
  { seed, least, ...options }: RandomOptions,
): Promise<CausalTruth> {
  const groups = list.directions.map((_, n) => [n]);
  const triggered = await triggeredEffects(asked, list, { ...options, groups });
  const random = await randomEffects(asked, list, { ...options, seed, least });
  const floor = floorOf(random);
  const effects = await withCleanCosts(asked, list, {
    ...options,
    groups,
    effects: triggered,
    floor,
  });
  const verdicts = effects.map((effect) => causalVerdict(effect, floor));
  return {
    effects,
    random,
    floor,
    necessary: verdicts.map(({ necessary }) => necessary),
    causal: verdicts.map(({ causal }) => causal),
  };
}

/** Effects of groups, with the clean cost of those that are necessary: most of a list is not. */
export async function withCleanCosts<T extends Pick<FirstTokenEffect, "halves">>(
  asked: Asked,
  list: EffectList,
  { effects, floor, groups, ...options }: RemovalOptions & {
    groups: Groups;
    effects: readonly T[];
    floor: Floor | null;
  },
): Promise<(T & { clean?: number })[]> {
  const places = effects.flatMap((effect, n) => isNecessary(effect, floor) ? [n] : []);
  const found: (T & { clean?: number })[] = [...effects];
  if (places.length === 0) return found;
  const necessary = { ...options, groups: places.map((place) => groups[place]) };
  const clean = await cleanCosts(asked, list, necessary);
  places.forEach((place, n) => found[place] = { ...found[place], clean: clean[n] });
  return found;
}
