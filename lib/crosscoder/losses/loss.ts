/**
 * What a loss of a crosscoder is: from what a step has computed to one number on the tape. One file
 * each beside this one; mod.ts lists them.
 * @module
 */
import { type Fields, flag, type Form, maybe, number, oneOf, type Values } from "../../io/form.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { NORM_KINDS, type NormKind } from "../decoder_norms.ts";
import type { CoderTensors } from "../encode.ts";

/** One step of a crosscoder on a batch, as the losses see it. */
export type LossState = {
  coder: CoderTensors;
  /** Parameters and memory of the activation, such as log_threshold [d_sae]. */
  tensors: Readonly<Record<string, Tensor>>;
  /** [batch, n_sites · d_in]: activations and their reconstruction. */
  x: Tensor;
  x_hat: Tensor;
  /** [batch, d_sae]: pre-activations and latents. */
  z: Tensor;
  acts: Tensor;
  /** [1]: the weight of the sparsity loss at this step, which may grow over the run. */
  lambda_S: Tensor;
  /** Decoder norms [d_sae], one tensor or one a site, with gradients. */
  norms: (kind: NormKind) => Tensor[];
  /** What this loss keeps from step to step, by the names of `memory`. */
  memory: Readonly<Record<string, Tensor>>;
};

/** `Own`: what a training may set. */
export type Loss<Own extends Fields = Fields> = {
  /** In the log and the progress line; no two losses of a recipe share one. */
  name: string;
  settings: Own;
  /** Shapes of what lasts from step to step, zeros at first; a function of d_sae. */
  memory?: (d_sae: number) => Readonly<Record<string, readonly number[]>>;
  /** The loss as weighted [1], a mean over the batch, with a gradient. */
  compute(state: LossState, settings: Values<Own>): Tensor;
  /** Further numbers [1] for the log, without gradients; called after `compute`. */
  metrics?(state: LossState, settings: Values<Own>): Readonly<Record<string, Tensor>>;
  /** The names of these. */
  shown?: readonly string[];
};

/**
 * A loss from outside the family, of what the family does not know, such as the model behind the
 * sites: added to those of the recipe, under a name that none of them has. It has no settings, but
 * what it was made with.
 */
export type ExtraLoss = Pick<Loss, "name" | "compute">;

/**
 * What every sparsity loss has: its weight λ_S, which grows linearly from 0 over the run with
 * `ramp`.
 */
export const SPARSITY: { lambda_S: Form<number>; ramp: Form<boolean> } = {
  lambda_S: number({ least: 0 }),
  ramp: flag,
};

/** Which decoder norms a sparsity loss counts, "sum" where nothing is said. */
export const NORMS: { norms: Form<NormKind | undefined> } = { norms: maybe(oneOf(NORM_KINDS)) };
