/** The training steps that are timed here and in PyTorch, by the name of their line. @module */
import {
  type CoderShape,
  type ModelShape,
  smallConfig,
  tinyStoriesConfig,
} from "./recorded_steps.ts";

export type TimedStep<Shape> = { name: string; shape: () => Shape };

export const CODER: TimedStep<CoderShape> = {
  name: "crosscoder step, 256 of 5 x 768 -> 3072",
  shape: () => ({ batch: 256, n_sites: 5, d_in: 768, d_sae: 3072 }),
};

export const SMALL: TimedStep<ModelShape> = {
  name: "model step, d_model 64, 16 x 128 tokens",
  shape: () => ({ config: smallConfig(), batch: 16, pos: 128 }),
};

/** Forward and backward alone. */
export const LARGE: TimedStep<ModelShape> = {
  name: "TinyStories-33M, forward and backward, 4 x 128",
  shape: () => ({ config: tinyStoriesConfig(), batch: 4, pos: 128 }),
};
