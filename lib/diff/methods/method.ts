/**
 * What a method of model diffing is: from two models and the text that they know to a ranked list of
 * directions, and what the list costs. One file each beside this one; list.ts lists them. Any two
 * models of one architecture will do.
 * @module
 */
import type { Crosscoder } from "../../crosscoder/coder.ts";
import type { CoderTraining } from "../../crosscoder/train.ts";
import type { Vocabulary } from "../../data/vocabulary.ts";
import type { LanguageModel } from "../../model/language_model.ts";
import type { Direction } from "../causal/direction.ts";
import type { Reader } from "../causal/question/reading.ts";
import type { Stage } from "../stages/stages.ts";
import type { Keep } from "./keep.ts";
import type { Dictionary } from "./learnt.ts";

/**
 * A model and what became of it. Sequences are token ids, all of one length. `sites`: hooks that
 * directions stand at, every residual stream by default.
 */
export type ModelPair = {
  base: LanguageModel;
  other: LanguageModel;
  text: {
    /** What both know. */
    base: Uint32Array[];
    /** What `other` was fine-tuned on; empty where nobody has it. */
    other: Uint32Array[];
    /** Those of `other` with the trigger in them, where it is known which. */
    triggered?: Uint32Array[];
  };
  sites?: string[];
  vocabulary?: Vocabulary;
};

/** Data that a method may need beside the models and a text that both know. */
export type Need = "other text" | "trigger";

/** Sizes of all methods; each takes what it needs. */
export type MethodSettings = {
  /** Latents of every dictionary. */
  d_sae: number;
  /** Stages: the first one, and each that follows from another. */
  S: CoderTraining;
  fineTune: CoderTraining;
  /** Dictionaries of two models side by side, and of their differences. */
  cross: { k: number; steps: number; batch: number; lr: number };
  /** A copy of the base that is trained to have the other's activations; `batch` sequences a step. */
  match: { steps: number; batch: number; lr: number };
  /** Sequences of each text that dictionaries learn from. */
  sequences: number;
  /** Sequences of each text that rates, differences and means are taken over. */
  measured: number;
  /** Vectors that a list without a dictionary has at most. */
  listed: number;
};

/**
 * `keep`: dictionaries that methods share; by default each call makes its own and forgets them.
 * `together`: methods that will be asked for too, so that dictionaries of the same rows are trained side by
 * side; lists are the same without it.
 */
export type MethodOptions = {
  settings: MethodSettings;
  seed: number;
  keep?: Keep;
  together?: readonly Method[];
};

/**
 * Directions, best first, each with the number that it was ranked by: the larger, the more it is
 * what changed. `coder`, folded: whose latents they are, at sites of the other model; `read`, where their
 * activations hang on both models, as those of a dictionary of the two or of their difference. `flops`: products
 * only; `bytes`: what moves between memory and arithmetic; all that the list needs from the two
 * models on, kept or not.
 */
export type Found = {
  coder?: Crosscoder;
  read?: Reader;
  directions: Direction[];
  scores: number[];
  cost: Cost;
};

export type Cost = { flops: number; bytes: number };

/** The five stages, and SF, which goes from S to the other model and its text in one step. */
export type MethodStage = Stage | "SF";

/**
 * What a method trains beyond the two models: a stage, with all that it starts from; a dictionary of both
 * models side by side, or of their differences, on one of the texts; a copy of the base. Methods that name the
 * same share it.
 */
export type Training =
  | { kind: "stage"; stage: MethodStage }
  | { kind: "both models" | "differences"; name: string; text: "base" | "other" }
  | { kind: "copy" };

/**
 * `name` in files and options, `title` in figures, `source`: the paper, or who says so. `learns`: the dictionary
 * of both models side by side that the list is made of, and the text that it learns from.
 * `lists`: latents of the last that it trains, or vectors.
 */
export type Method = {
  trains: readonly Training[];
  lists: "latents" | "vectors";
  name: string;
  title: string;
  source: string;
  needs: readonly Need[];
  learns?: { text: "base" | "other"; dictionary: Dictionary };
  find(pair: ModelPair, options: MethodOptions): Promise<Found>;
};
