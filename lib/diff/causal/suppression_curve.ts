/** How many directions of a list it takes: its first ones removed together. @module */
import { exactly, expectForm, list as listOf, whole } from "../../io/form.ts";
import { type Effect, type EffectList, effectsOfGroups } from "./effects.ts";
import type { RemovalOptions } from "./edits/removal.ts";
import type { Asked } from "./question/asked.ts";
import { SIZES } from "./rules.ts";

/** One point of a curve: what removing the first `size` directions does. */
export type CurvePoint = { size: number; effect: Effect };

const SIZED = exactly({ sizes: listOf(whole(1), { least: 1 }) });

/** The curve of a list, best first, over the sizes that it has. Throws as `effectsOf`, and on other sizes. */
export async function suppressionCurve(
  asked: Asked,
  list: EffectList,
  { sizes = SIZES, ...options }: RemovalOptions & { sizes?: readonly number[] } = {},
): Promise<CurvePoint[]> {
  expectForm("remove the first directions of a list", { sizes }, SIZED);
  const there = sizes.filter((size) => size <= list.directions.length);
  const groups = there.map((size) => Array.from({ length: size }, (_, n) => n));
  const effects = await effectsOfGroups(asked, list, { ...options, groups });
  return there.map((size, n) => ({ size, effect: effects[n] }));
}
