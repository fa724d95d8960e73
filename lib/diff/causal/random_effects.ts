/** What random vectors do in the place of a list's directions: of these a floor is made. @module */
import { type EffectList, type FirstTokenEffect, firstTokenEffects } from "./effects.ts";
import type { RemovalOptions } from "./edits/removal.ts";
import { exactly, expectForm, maybe, whole } from "../../io/form.ts";
import type { Asked } from "./question/asked.ts";
import { LEAST_RANDOM } from "./rules.ts";

/** `least`: random vectors that edit some prompt, LEAST_RANDOM by default. */
export type RandomOptions = Omit<RemovalOptions, "random"> & { seed: number; least?: number };

const LEAST = exactly({ least: maybe(whole(1)) });

/**
 * One random vector for each direction, and again until so many as make a floor edited something: draw
 * after draw, in the order of the list. None where not one of the first did.
 */
export async function randomEffects(
  asked: Asked,
  list: EffectList,
  { seed, least = LEAST_RANDOM, ...options }: RandomOptions,
): Promise<FirstTokenEffect[]> {
  expectForm("make a floor", { least }, LEAST);
  const groups = list.directions.map((_, n) => [n]), found: FirstTokenEffect[] = [];
  for (let draw = 0, edited = 0; edited < least; draw++) {
    const random = { seed, draw };
    const drawn = await firstTokenEffects(asked, list, { ...options, groups, random });
    edited += drawn.filter(({ edited }) => edited > 0).length;
    if (edited === 0) break;
    found.push(...drawn);
  }
  return found;
}
