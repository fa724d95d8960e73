/**
 * A crosscoder while it trains: its parameters, optimiser and state, and what follows an update.
 * @module
 */
import type { Gpu } from "../gpu/gpu.ts";
import type { HostArray } from "../io/host_array.ts";
import { createParameters, type Parameters, releaseParameters } from "../tensor/parameters.ts";
import { linearRamp, warmupDecay } from "../tensor/schedule.ts";
import { upload, zeros } from "../tensor/tensor.ts";
import {
  type AdamOptions,
  createTraining,
  releaseTraining,
  type Training,
} from "../tensor/training.ts";
import { activationOf } from "./activations/mod.ts";
import type { Crosscoder } from "./check_coder.ts";
import type { StepOf } from "./composed_losses.ts";
import { turnIntoCone } from "./cone.ts";
import { asRows } from "./encode.ts";
import { lossOf } from "./losses/mod.ts";
import type { Recipe } from "./recipes.ts";
import type { RecipeSettings } from "./settings.ts";

/** A crosscoder while it trains. */
export type CoderTrainer = StepOf & {
  parameters: Parameters;
  training: Training;
  /** Gives the memory of parameters, optimiser and state back. */
  release: () => void;
};

/**
 * The state for training `coder`, unfolded, by a recipe with its settings; `held`, of W_dec's shape, is 1
 * where a weight of it, 0 now, stays 0, else 0.
 */
export function createCoderTrainer(
  gpu: Gpu,
  { config, arrays }: Crosscoder,
  { recipe: named, settings, extra = [], held }:
    & Pick<StepOf, "recipe" | "settings" | "extra">
    & { held?: HostArray },
): CoderTrainer {
  // The fused kernel knows one kind of norms, no other loss, and a whole decoder.
  const plain = extra.length === 0 && held === undefined;
  const fused = named.fused && plain && (settings.norms ?? "sum") === "sum";
  const recipe = { ...named, fused };
  const activation = activationOf(recipe.activation);
  const [saved, weights] = [true, false].map((of) =>
    Object.fromEntries(
      Object.entries(arrays).filter(([name]) => activation.saved.includes(name) === of),
    )
  );
  using owned = new DisposableStack();
  const own = activation.parameters?.(saved) ?? {};
  // In the order in which they come: gradients are summed in it for their norm, and the last bits
  // follow.
  const trainable = createParameters(gpu, { ...weights, ...own });
  const parameters = owned.adopt(trainable, releaseParameters);
  const still = activation.movesThreshold ? [] : Object.keys(own);
  for (const name of [...recipe.freeze ?? [], ...still]) {
    parameters.tensors[name].requiresGrad = false;
  }
  const shapes = Object.assign(
    {},
    activation.memory,
    ...recipe.losses.map((name) => lossOf(name).memory?.(config.d_sae)),
  ) as Record<string, number[]>;
  const state = Object.fromEntries(
    Object.entries(shapes).map(([name, shape]) => [name, owned.use(zeros(gpu, shape))]),
  );
  if (recipe.cone !== undefined) state.W_dec_start = owned.use(upload(gpu, arrays.W_dec));
  if (held !== undefined) {
    const kept = { ...held, data: held.data.map((one) => 1 - one) };
    state.W_dec_kept = owned.use(upload(gpu, kept));
  }
  const optimiser = createTraining(gpu, parameters, optimiserOf(recipe, settings));
  const training = owned.adopt(optimiser, releaseTraining);
  const { tensors } = parameters, { schedule } = training, kept = owned.move();
  const release = () => kept.dispose();
  return { recipe, settings, extra, tensors, state, schedule, parameters, training, release };
}

function optimiserOf(
  { betas, rampShare = 1 }: Recipe,
  { steps, lr, decay, warmup, clip, lambda_S = 0, ramp = false }: RecipeSettings,
): AdamOptions {
  const grown = Math.max(1, Math.round(rampShare * steps));
  const growing = linearRamp({ final: lambda_S, steps: grown });
  return {
    steps,
    rate: warmupDecay({ peak: lr, steps, decay, warmup }),
    ramp: ramp ? (step) => growing(Math.min(step, grown)) : () => lambda_S,
    clip,
    ...(betas && { betas }),
  };
}

/** What follows an update: a soft-frozen decoder is turned back. */
export function afterUpdate({ recipe: { cone }, tensors: { W_dec }, state }: StepOf): void {
  if (cone !== undefined) turnIntoCone(asRows(W_dec), asRows(state.W_dec_start), { cosine: cone });
}
