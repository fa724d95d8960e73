/** Which directions cause a backdoor: effects, the floor of random ones beside them, and the verdict. @module */
import {
  type Effect,
  type EffectList,
  effectsOf,
  type TriggeredEffect,
  triggeredEffects,
} from "./effects.ts";
import type { RemovalOptions } from "./edits/removal.ts";
import type { Asked } from "./question/asked.ts";
import { causalVerdict, type Floor, floorOf } from "./rules.ts";

/** By place in the list: effects, those of as many random vectors, and what follows. */
export type CausalTruth = {
  effects: Effect[];
  random: TriggeredEffect[];
  floor: Floor;
  necessary: boolean[];
  causal: boolean[];
};

/** The truth of a list; `seed` draws one norm-matched random vector for each of its directions. */
export async function causalTruth(
  asked: Asked,
  list: EffectList,
  { seed, ...options }: Omit<RemovalOptions, "random"> & { seed: number },
): Promise<CausalTruth> {
  const effects = await effectsOf(asked, list, options);
  const groups = list.directions.map((_, n) => [n]);
  const random = await triggeredEffects(asked, list, { ...options, groups, random: { seed } });
  const floor = floorOf(random);
  const verdicts = effects.map((effect) => causalVerdict(effect, floor));
  return {
    ...{ effects, random, floor },
    necessary: verdicts.map(({ necessary }) => necessary),
    causal: verdicts.map(({ causal }) => causal),
  };
}
