/**
 * Random vectors in a direction's own place. The floor is pooled over a list; a large direction is held
 * there against what removing smaller ones does. Is it this direction that counts, or does anything of
 * its size do, where it fires?
 * @module
 */
import { type EffectList, firstTokenEffects } from "./effects.ts";
import type { Kept, RemovalOptions } from "./edits/removal.ts";
import type { Asked } from "./question/asked.ts";
import { type Floor, type JudgedEffect, OWN_DRAWS } from "./rules.ts";
import { withCleanCosts } from "./truth.ts";

/**
 * `keep`: what each has of the direction's own rows, nothing to choose for vectors; `first`: number of
 * the first draw, behind those of the floor.
 */
export type OwnOptions = Omit<RemovalOptions, "random"> & {
  floor: Floor | null;
  seed: number;
  keep?: Kept;
  first?: number;
  draws?: number;
};

/** By place: what each of its draws does, the clean cost of those that would be necessary. */
export async function ownDraws(
  asked: Asked,
  list: EffectList,
  { places, floor, seed, keep, first = 0, draws = OWN_DRAWS, ...options }:
    & OwnOptions
    & { places: readonly number[] },
): Promise<JudgedEffect[][]> {
  const groups = places.map((place) => [place]), found = places.map((): JudgedEffect[] => []);
  for (let n = 0; n < draws && places.length > 0; n++) {
    const random = { seed, draw: first + n, ...(keep && { keep }) };
    const drawn = { ...options, groups, random };
    const effects = await firstTokenEffects(asked, list, drawn);
    const judged = await withCleanCosts(asked, list, { ...drawn, effects, floor });
    judged.forEach(({ halves, clean }, at) => {
      found[at].push({ halves, ...(clean !== undefined && { clean }) });
    });
  }
  return found;
}
