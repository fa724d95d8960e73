/**
 * What a training may be told, by recipe: its schedule, and what its activation and its losses
 * take.
 * @module
 */
import { exactly, type Fields, type Form, maybe, number, type Values, whole } from "../io/form.ts";
import { type ActivationKind, ACTIVATIONS } from "./activations/mod.ts";
import { LOSSES, type LossName } from "./losses/mod.ts";

/** What every training has. */
export type Schedule = {
  steps: number;
  batch: number;
  lr: number;
  /** Share of the run over which the learning rate falls to 0. */
  decay: number;
  clip: number;
  /** Sequences that the pool holds at a time. */
  poolSequences: number;
  /** Share of the run over which the learning rate grows, by default 0.05. */
  warmup?: number;
};

/** One of the values of a record. */
export type Union<T> = T[keyof T];
/** All members of a union at once. */
export type Together<T> = (T extends unknown ? (x: T) => void : never) extends (x: infer U) => void
  ? U
  : never;
/** Settings of the losses, one member a loss. */
export type LossValues = Union<{ [K in LossName]: Values<(typeof LOSSES)[K]["settings"]> }>;
/** Settings and config of the activations, one member an activation. */
export type ActivationValues = Union<
  {
    [K in ActivationKind]:
      & Values<(typeof ACTIVATIONS)[K]["config"]>
      & Values<(typeof ACTIVATIONS)[K]["settings"]>;
  }
>;
/** What some activation or loss takes; each recipe has its own of these. */
export type Own = Partial<Together<LossValues> & Together<ActivationValues>>;

/** Settings of a training by some recipe. */
export type RecipeSettings = Schedule & Own;

const share = number({ least: 0, most: 1 });

const SCHEDULE = {
  steps: whole(1),
  batch: whole(1),
  lr: number({ above: 0 }),
  decay: share,
  clip: number({ above: 0 }),
  poolSequences: whole(1),
  warmup: maybe(share),
};

/** The forms of the settings of a recipe, by name. */
export function settingsFields(
  { activation, losses }: { activation: ActivationKind; losses: readonly LossName[] },
): Fields {
  return {
    ...SCHEDULE,
    ...ACTIVATIONS[activation].config,
    ...ACTIVATIONS[activation].settings,
    ...Object.assign({}, ...losses.map((name) => LOSSES[name].settings)),
  };
}

/** What the settings of a recipe have to be. */
export function settingsForm(
  recipe: { activation: ActivationKind; losses: readonly LossName[] },
): Form<RecipeSettings> {
  return exactly(settingsFields(recipe)) as unknown as Form<RecipeSettings>;
}
