/**
 * The losses of one step of a crosscoder, each by itself: of any recipe, and with losses from outside.
 * @module
 */
import { multiply, scale } from "../tensor/ops/arithmetic.ts";
import { currentRamp } from "../tensor/ops/current_ramp.ts";
import { sum } from "../tensor/ops/sum.ts";
import { positive } from "../tensor/ops/unary.ts";
import { type Tensor, zeros } from "../tensor/tensor.ts";
import { share } from "../tensor/views.ts";
import type { Activation } from "./activations/activation.ts";
import { activationOf } from "./activations/mod.ts";
import { decoderNorms, decoderNormsInto, type NormKind } from "./decoder_norms.ts";
import { decodeFew } from "./decode_few.ts";
import { type CoderTensors, decode, preActivations } from "./encode.ts";
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

/**
 * The losses of a batch x [batch, n_sites · d_in] under a tape: the whole one, each as weighted in it,
 * further numbers of theirs, the mean L0.
 */
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
function rankNorms(ranks: Activation["ranks"], W_dec: Tensor): Tensor | undefined {
  const [d_sae] = W_dec.shape;
  if (!isRanked(ranks, W_dec)) return undefined;
  const { norms, site_norms } = decoderNormsInto(W_dec, zeros(W_dec.gpu, [d_sae]));
  site_norms.release();
  return norms;
}

/** Whether latents of this decoder are ranked by their norms. */
export function isRanked(ranks: Activation["ranks"], { shape: [, n_sites] }: Tensor): boolean {
  return ranks === "always" || (ranks === "several_sites" && n_sites > 1);
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
