/**
 * The losses of one step of a crosscoder on a batch, to be recorded under a tape: by the kernels that
 * take them in one where there are some for the recipe, else one by one.
 * @module
 */
import { type Tensor, upload } from "../tensor/tensor.ts";
import { activationOf } from "./activations/mod.ts";
import { logThresholds } from "./activations/thresholds.ts";
import { composedLosses, isRanked, type StepOf } from "./composed_losses.ts";
import type { CoderTensors } from "./encode.ts";
import {
  CODER_METRICS,
  crosscoderLoss,
  type JumpReluTensors,
  SPARSITY_METRICS,
} from "./fused_loss.ts";
import { takesTopKLoss, topkLoss } from "./fused_topk.ts";
import { lossOf } from "./losses/mod.ts";

/** The names of what `coderLosses` returns, row by row. */
export function metricNames(
  { recipe: { losses, fused = false }, extra = [] }: Pick<StepOf, "recipe" | "extra">,
): readonly string[] {
  if (fused) {
    return losses.some((name) => name === "pre_activation") ? CODER_METRICS : SPARSITY_METRICS;
  }
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
  if (!recipe.fused) return takesTopK(step, x) ? topkLosses(step, x) : composedLosses(step, x);
  const { lambda_S = 0, lambda_P = 0, c = 1, eps = 1, target_L0 } = settings;
  const linear = recipe.activation === "relu";
  const penalties = { lambda_S, lambda_P, c, eps, schedule, linear, target_L0 };
  return crosscoderLoss(
    linear ? thresholdsAtZero(tensors) : tensors as JumpReluTensors,
    x,
    penalties,
  );
}

function takesTopK({ recipe, extra = [], tensors, state }: StepOf, x: Tensor): boolean {
  const plain = extra.length === 0 && state.W_dec_kept === undefined;
  const keeps = activationOf(recipe.activation).keepInto !== undefined;
  return plain && keeps && takesTopKLoss(tensors as CoderTensors, x, recipe.losses);
}

function topkLosses({ recipe, settings, tensors, state, schedule }: StepOf, x: Tensor): Tensor[] {
  const coder = tensors as CoderTensors, activation = activationOf(recipe.activation);
  const given = { tensors: { ...tensors, ...state }, schedule, steps: settings.steps };
  const { aux_weight = 0, dead_tokens = 1 } = settings;
  return topkLoss(coder, x, {
    // deno-lint-ignore no-explicit-any -- the form of a recipe's settings holds those of its parts
    keep: (kept, z, norms) => activation.keepInto!(kept, z, { ...given, norms }, settings as any),
    ranked: isRanked(activation.ranks, coder.W_dec),
    root: recipe.losses.some((name) => name === "root"),
    memory: state,
    aux_weight,
    dead_tokens,
  });
}

/** A ReLU is a JumpReLU whose thresholds are 0 and do not learn. */
function thresholdsAtZero(tensors: StepOf["tensors"]): JumpReluTensors {
  const coder = tensors as CoderTensors, { gpu, shape } = coder.b_enc;
  const { data } = logThresholds({ shape: [...shape], data: new Float32Array(shape[0]) });
  return { ...coder, log_threshold: upload(gpu, { shape: [...shape], data }) };
}
