/**
 * One step of one crosscoder on a batch, to be recorded: its losses by name, under the tape, and
 * what follows the update.
 * @module
 */
import type { Gpu } from "../gpu/gpu.ts";
import type { HostArray } from "../io/host_array.ts";
import { multiply, scale } from "../tensor/ops/arithmetic.ts";
import { currentRamp } from "../tensor/ops/current_ramp.ts";
import { sum } from "../tensor/ops/sum.ts";
import { positive } from "../tensor/ops/unary.ts";
import { createParameters, type Parameters, releaseParameters } from "../tensor/parameters.ts";
import { linearRamp, warmupDecay } from "../tensor/schedule.ts";
import { type Tensor, upload, zeros } from "../tensor/tensor.ts";
import {
  type AdamOptions,
  createTraining,
  releaseTraining,
  type Training,
} from "../tensor/training.ts";
import { share } from "../tensor/views.ts";
import { activationOf } from "./activations/mod.ts";
import { logThresholds } from "./activations/thresholds.ts";
import type { Crosscoder } from "./check_coder.ts";
import { turnIntoCone } from "./cone.ts";
import { decoderNorms, decoderNormsInto, type NormKind } from "./decoder_norms.ts";
import { decodeFew } from "./decode_few.ts";
import { asRows, type CoderTensors, decode, preActivations } from "./encode.ts";
import { CODER_METRICS, crosscoderLoss, type JumpReluTensors, L1_METRICS } from "./fused_loss.ts";
import { addAll } from "./losses/add_all.ts";
import type { ExtraLoss, LossState } from "./losses/loss.ts";
import { lossOf } from "./losses/mod.ts";
import type { Recipe } from "./recipes.ts";
import type { RecipeSettings } from "./settings.ts";

/** What a step takes of a trainer; `schedule` and `steps` are those of its training. */
export type StepOf = {
  recipe: Recipe;
  settings: RecipeSettings;
  /** Losses from outside, added to the recipe's. */
  extra?: readonly ExtraLoss[];
  /** The four tensors of a crosscoder and the parameters of its activation. */
  tensors: Readonly<Record<string, Tensor>>;
  /** What a step changes beside the parameters. */
  state: Readonly<Record<string, Tensor>>;
  schedule: Tensor;
};

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
  for (const name of recipe.freeze ?? []) parameters.tensors[name].requiresGrad = false;
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

/** The names of what `coderLosses` returns, row by row. */
export function metricNames(
  { recipe: { losses, fused = false }, extra = [] }: Pick<StepOf, "recipe" | "extra">,
): readonly string[] {
  if (fused) return losses.some((name) => name === "l1") ? L1_METRICS : CODER_METRICS;
  const all = losses.map(lossOf);
  const names = [...all, ...extra].map(({ name }) => name);
  return ["loss", ...names, ...all.flatMap(({ shown = [] }) => shown), "L0"];
}

/**
 * The losses of a batch x [batch, n_sites · d_in] under a tape, then further numbers; the rows of
 * the returned tensors sum to what `metricNames` names. The first is the whole loss, or the fused
 * kernel's, which ends in itself.
 */
export function coderLosses(step: StepOf, x: Tensor): Tensor[] {
  const { recipe, settings, tensors, schedule } = step;
  if (!recipe.fused) return composedLosses(step, x);
  const { lambda_S = 0, lambda_P = 0, c = 1, eps = 1 } = settings;
  const linear = recipe.activation === "relu";
  const penalties = { lambda_S, lambda_P, c, eps, schedule, linear };
  return crosscoderLoss(
    linear ? thresholdsAtZero(tensors) : tensors as JumpReluTensors,
    x,
    penalties,
  );
}

/** A ReLU is a JumpReLU whose thresholds are 0 and do not learn. */
function thresholdsAtZero(tensors: StepOf["tensors"]): JumpReluTensors {
  const coder = tensors as CoderTensors, { gpu, shape } = coder.b_enc;
  const { data } = logThresholds({ shape: [...shape], data: new Float32Array(shape[0]) });
  return { ...coder, log_threshold: upload(gpu, { shape: [...shape], data }) };
}

/** The same for any recipe, each loss by itself. */
export function composedLosses(
  { recipe, settings, extra = [], tensors, state, schedule }: StepOf,
  x: Tensor,
): Tensor[] {
  const coder = withoutHeld(tensors as CoderTensors, state);
  const activation = activationOf(recipe.activation);
  const z = preActivations(coder, x);
  const given = {
    tensors: { ...tensors, ...coder, ...state },
    norms: rankNorms(activation.ranks, coder.W_dec),
    schedule,
    steps: settings.steps,
  };
  // deno-lint-ignore no-explicit-any -- the form of a recipe's settings holds those of its parts
  const own = settings as any;
  const acts = activation.apply(z, given, own);
  const x_hat = activation.keepsFew ? decodeFew(coder, { acts, z }) : decode(coder, acts);
  const known = new Map<NormKind, Tensor[]>();
  const norms = (kind: NormKind) => {
    const found = known.get(kind) ?? decoderNorms(coder.W_dec, kind);
    known.set(kind, found);
    return found;
  };
  const lambda_S = currentRamp(schedule);
  const seen: LossState = {
    coder,
    tensors: { ...tensors, ...coder },
    x,
    x_hat,
    z,
    acts,
    lambda_S,
    norms,
    memory: state,
  };
  const losses = recipe.losses.map(lossOf);
  const parts = [...losses, ...extra].map((loss) => loss.compute(seen, own));
  const shown = losses.flatMap((loss) => {
    const found = loss.metrics?.(seen, own) ?? {};
    return (loss.shown ?? []).map((name) => found[name]);
  });
  return [scale(addAll(parts), 1), ...parts, ...shown, meanL0(acts)];
}

/** n_i [d_sae] for ranking, without a gradient. */
function rankNorms(
  ranks: "always" | "several_sites" | undefined,
  W_dec: Tensor,
): Tensor | undefined {
  const [d_sae, n_sites] = W_dec.shape;
  if (ranks === undefined || (ranks === "several_sites" && n_sites === 1)) return undefined;
  const { norms, site_norms } = decoderNormsInto(W_dec, zeros(W_dec.gpu, [d_sae]));
  site_norms.release();
  return norms;
}

/** Latents that fire on a row, the mean over the batch [1]. */
function meanL0(acts: Tensor): Tensor {
  using seen = share(acts); // of which a tape knows nothing
  using fires = positive(seen);
  return sum(fires, { factor: 1 / acts.rows });
}

/**
 * The decoder times 1 where it learns and 0 where it is held: what is held has no gradient then, and no part in
 * the norm that gradients are clipped by.
 */
function withoutHeld<T extends CoderTensors>(tensors: T, { W_dec_kept }: StepOf["state"]): T {
  if (W_dec_kept === undefined) return tensors;
  return { ...tensors, W_dec: multiply(tensors.W_dec, W_dec_kept) };
}

/** What follows an update: a soft-frozen decoder is turned back. */
export function afterUpdate({ recipe: { cone }, tensors: { W_dec }, state }: StepOf): void {
  if (cone !== undefined) turnIntoCone(asRows(W_dec), asRows(state.W_dec_start), { cosine: cone });
}
