/**
 * What an activation of a crosscoder is: how latents are made of pre-activations while training and
 * afterwards. One file each beside this one; mod.ts lists them.
 * @module
 */
import type { Fields, Values } from "../../io/form.ts";
import type { HostArray } from "../../io/host_array.ts";
import type { Tensor } from "../../tensor/tensor.ts";

/** What the activation is given beside z: its own parameters, and what lasts from step to step. */
export type Given = {
  /** By the names of `parameters` and `memory`. */
  tensors: Readonly<Record<string, Tensor>>;
  /**
   * n_i [d_sae], the decoder norms summed over sites, without a gradient; undefined where latents
   * of one site are ranked as they are.
   */
  norms?: Tensor;
  /** The training's counter and schedule; undefined outside a training. */
  schedule?: Tensor;
  steps?: number;
};

/**
 * What the CPU is given: decoder norms n_i [d_sae], summed over sites, and the threshold [d_sae]
 * where one is saved.
 */
export type HostGiven = { norms: Float32Array; threshold?: Float32Array; n_sites: number };

/**
 * `Config`: what config.json says of it beside `kind`; `Own`: what a training may set beside that.
 */
export type Activation<Config extends Fields = Fields, Own extends Fields = Fields> = {
  config: Config;
  settings: Own;
  /** Arrays [d_sae] of a saved crosscoder beside the four that all have. */
  saved: readonly string[];
  /** Training moves the logarithm of a saved threshold, which therefore has to be above 0. */
  movesThreshold?: boolean;
  /**
   * Ranks latents by f_i · n_i in training; with "several_sites" one site is ranked as it is, and
   * inference does the same.
   */
  ranks?: "always" | "several_sites";
  /**
   * Few latents of a row are not 0 in training; these are their pre-activations, and no others get a
   * gradient.
   */
  keepsFew?: boolean;
  /** What the device holds for a saved crosscoder: trained on, or for `encode`. */
  parameters?(saved: Readonly<Record<string, HostArray>>): Record<string, HostArray>;
  /** Shapes of what lasts from step to step, zeros at first. */
  memory?: Readonly<Record<string, readonly number[]>>;
  /** Training: z [batch, d_sae] → latents [batch, d_sae], with a gradient. */
  apply(z: Tensor, given: Given, settings: Values<Config> & Values<Own>): Tensor;
  /** The same of few latents into `kept` [batch, d_sae], unknown to a tape. */
  keepInto?(kept: Tensor, z: Tensor, given: Given, settings: Values<Config> & Values<Own>): void;
  /** Inference: the same shapes. */
  encode(z: Tensor, given: Given, config: Values<Config>): Tensor;
  /** Inference for one row on the CPU, in float64: z [d_sae] → latents [d_sae]. */
  host(z: Float64Array, given: HostGiven, config: Values<Config>): Float64Array;
  /** The `saved` arrays, from trained parameters and memory; `norms` are n_i [d_sae]. */
  save?(
    trained: Readonly<Record<string, HostArray>>,
    norms: Float32Array,
  ): Record<string, HostArray>;
};
