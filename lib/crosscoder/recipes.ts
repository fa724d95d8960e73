/**
 * How crosscoders are trained, by name: an activation, the losses that are added up, where the
 * weights start, what stays frozen, and settings that every training may replace. To add one: an
 * entry here.
 *
 * Shapes of the recipes (activation, losses, norms, starts, relative schedules) are those of their
 * sources. Rates, weights and sizes are for trainings of some hundred to some thousand steps on
 * small models; published ones are 10 to 1000 times as long, at a rate that is lower by as much.
 * @module
 */
import type { ActivationKind } from "./activations/mod.ts";
import type { CoderConfig } from "./coder_config.ts";
import type { CoderTensors } from "./encode.ts";
import type { LossName } from "./losses/mod.ts";
import type { RecipeSettings } from "./settings.ts";

/**
 * Where weights start. "january_2025": see initialise.ts. Else decoder vectors in random
 * directions, of norm `norm` at each site, W_enc = W_decᵀ, biases of 0 or b_dec at the geometric
 * median of activations, thresholds at `threshold`.
 */
export type Initial =
  | "january_2025"
  | { norm: number; b_dec?: "geometric_median"; threshold?: number };

/** `rampShare`: the share of the run over which a ramp grows, else all of it. */
export type Recipe = {
  activation: ActivationKind;
  losses: readonly LossName[];
  normalisation: CoderConfig["normalisation"];
  initial: Initial;
  settings: RecipeSettings;
  rampShare?: number;
  betas?: [number, number];
  freeze?: readonly (keyof CoderTensors)[];
  /**
   * Least cosine of a decoder vector with where it started; after each step it is turned back to
   * that.
   */
  cone?: number;
  /**
   * One kernel computes these losses and their gradients; tests hold it against the composed ones.
   */
  fused?: boolean;
};

const SCHEDULE = { steps: 384, batch: 128, lr: 2e-3, decay: 0.25, clip: 1, poolSequences: 700 };

/** AuxK's dead latents: 10 M tokens of 200 M as published, here a fifth of the default run. */
const DEAD_TOKENS = 10_000;

/**
 * BatchTopK of Minder et al. 2025 (arXiv 2504.02922): no sparsity loss, AuxK, an error that is not
 * squared.
 */
const BATCHTOPK: Recipe = {
  activation: "batchtopk",
  losses: ["root", "auxk"],
  normalisation: "mean_norm",
  initial: { norm: 1, b_dec: "geometric_median" },
  settings: { ...SCHEDULE, k: 12, beta: 0.999, aux_weight: 1 / 32, dead_tokens: DEAD_TOKENS },
};

/** Every recipe: its activation, its losses, its settings by default. */
export const RECIPES = {
  /**
   * JumpReLU with a tanh penalty and one on pre-activations: Anthropic, January 2025 update; the
   * published stages.
   */
  anthropic_jan25: {
    activation: "jumprelu",
    losses: ["squared_error", "tanh", "pre_activation"],
    normalisation: "mean_norm",
    initial: "january_2025",
    settings: { ...SCHEDULE, lambda_S: 0.2, ramp: false, lambda_P: 3e-6, c: 4, eps: 2 },
    fused: true,
  },
  /** The first crosscoders: Lindsey et al. 2024, "Sparse Crosscoders"; Kissane et al. 2024. */
  l1: {
    activation: "relu",
    losses: ["squared_error", "l1"],
    normalisation: "mean_norm",
    initial: { norm: 0.08 },
    settings: { ...SCHEDULE, warmup: 0, decay: 0.2, lambda_S: 2, ramp: true, norms: "sum" },
    rampShare: 0.05,
    fused: true,
  },
  batchtopk: BATCHTOPK,
  /** TopK with AuxK: Gao et al. 2024 (arXiv 2406.04093) as the crosscode library has it. */
  topk_auxk: {
    activation: "topk",
    losses: ["squared_error", "auxk"],
    normalisation: "mean_norm",
    initial: { norm: 0.1 },
    settings: { ...SCHEDULE, k: 12, aux_weight: 0.1, dead_tokens: DEAD_TOKENS },
    betas: [0, 0.999],
  },
  /**
   * JumpReLU whose thresholds are moved by a quadratic penalty on L0: Gemma Scope 2 (Google
   * DeepMind, 2025).
   */
  gemma_scope_2: {
    activation: "jumprelu",
    losses: ["squared_error", "l0_step"],
    normalisation: "mean_norm",
    initial: { norm: 1, threshold: 0.5 },
    settings: { ...SCHEDULE, lambda_S: 1, ramp: true, target_L0: 12, eps: 1 },
    fused: true,
  },
  /** Baseline: decoder vectors stay the random directions that they were (arXiv 2602.14111). */
  frozen_decoder: { ...BATCHTOPK, freeze: ["W_dec"] },
  /**
   * Baseline: decoder vectors keep a cosine of 0.8 at least with where they started (arXiv
   * 2602.14111).
   */
  soft_frozen_decoder: { ...BATCHTOPK, cone: 0.8 },
  /** Baseline: the encoder stays the random one that it was (arXiv 2602.14111). */
  frozen_encoder: { ...BATCHTOPK, freeze: ["W_enc", "b_enc"] },
} as const satisfies Record<string, Recipe>;

/** Names of the recipes. */
export type RecipeName = keyof typeof RECIPES;

/** A recipe by name. Throws where there is none of it, naming those that there are. */
export function recipeOf(action: string, name: string): Recipe {
  if (Object.hasOwn(RECIPES, name)) return RECIPES[name as RecipeName];
  throw new RangeError(
    `Cannot ${action}: expected one of the recipes ${Object.keys(RECIPES).join(", ")} but found ` +
      `"${name}": name the recipe with the option recipe`,
  );
}
