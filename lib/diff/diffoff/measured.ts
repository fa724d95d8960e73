/**
 * What a cell keeps: measurements, and none of the rules that judge them, so that a changed rule
 * judges what was measured before. Which heads are asked depends on rules; a cell's inputs name those.
 * @module
 */
import { mean } from "../../numerics/statistics.ts";
import type { Asked } from "../causal/question/asked.ts";
import {
  cleanByPrompt,
  type Effect,
  type EffectList,
  type FirstTokenEffect,
  triggeredEffects,
} from "../causal/effects.ts";
import { randomEffects } from "../causal/random_effects.ts";
import type { Cost } from "../methods/method.ts";
import type { ListedDirections } from "./cell.ts";
import type { PlantedParts, TriggerFiring } from "./planted_parts.ts";
import type { CellId } from "./task.ts";

/** `cleanHalves`: `clean` on prompts of even and of odd number; filters choose by the even ones. */
export type MeasuredEffect = Effect & { cleanHalves: [number, number] };

/** Effects of directions one by one, and of random ones of their norm. */
export type Singles = { effects: MeasuredEffect[]; random: FirstTokenEffect[] };

/**
 * Directions removed together. `kept`: the share of prompts of the other backdoor that still get its
 * payload, where there is another. `parts`: of heads of ten.
 */
export type Head = {
  places: number[];
  effect: MeasuredEffect;
  kept: number | null;
  parts: PlantedParts | null;
};

/**
 * A list on one backdoor. `effects`: of all latents of the dictionary by number, or of vectors in the
 * list's order. `gap`: nats of KL(p0 ‖ p) with the trigger, unedited. `fires`: see triggerFiring.
 */
export type MeasuredTruth = Singles & {
  kind: "latent" | "vector";
  gap: number;
  heads: Head[];
  fires: TriggerFiring | null;
};

/**
 * `list`: as it was found. `cost`: of the list; `filtering`: of the passes that say what each of its
 * directions costs alone, on the prompts that filters choose by. `untold`: why a backdoor has no truth.
 */
export type MeasuredCell = CellId & {
  list: ListedDirections;
  cost: Cost;
  filtering: Cost;
  truths: Partial<Record<"A" | "B", MeasuredTruth>>;
  untold?: Partial<Record<"A" | "B", string>>;
};

/** The effects of groups of places in a list. */
export async function measuredEffects(
  asked: Asked,
  list: EffectList,
  groups: readonly (readonly number[])[],
): Promise<MeasuredEffect[]> {
  const effects = await triggeredEffects(asked, list, { groups });
  const clean = await cleanByPrompt(asked, list, { groups });
  return effects.map((effect, g) => ({
    ...effect,
    clean: mean(clean[g]),
    cleanHalves: [half(clean[g], 0), half(clean[g], 1)],
  }));
}

function half(values: readonly number[], parity: 0 | 1): number {
  return mean(values.filter((_, n) => n % 2 === parity));
}

/** Every direction alone, and random ones beside; nothing of an empty list. */
export async function singlesOf(
  asked: Asked,
  list: EffectList,
  { seed }: { seed: number },
): Promise<Singles> {
  if (list.directions.length === 0) return { effects: [], random: [] };
  const effects = await measuredEffects(asked, list, list.directions.map((_, n) => [n]));
  return { effects, random: await randomEffects(asked, list, { seed }) };
}
