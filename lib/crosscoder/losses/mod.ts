/**
 * The losses that a recipe may add up. To add one: a file beside this one, a line here, its test.
 * @module
 */
import { auxk } from "./auxk.ts";
import { l0_step } from "./l0_step.ts";
import { l1 } from "./l1.ts";
import type { Loss } from "./loss.ts";
import { pre_activation } from "./pre_activation.ts";
import { root } from "./root.ts";
import { squared_error } from "./squared_error.ts";
import { tanh } from "./tanh.ts";

/** By the names that recipes use. */
export const LOSSES = { squared_error, root, l1, tanh, l0_step, pre_activation, auxk } as const;

/** Names of the losses. */
export type LossName = keyof typeof LOSSES;

/** A loss by name, with its types widened. */
export function lossOf(name: LossName): Loss {
  return LOSSES[name] as unknown as Loss;
}
