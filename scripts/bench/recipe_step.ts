/** A step that trains a crosscoder by any recipe, on a batch that is there. @module */
import { activationConfig } from "../../lib/crosscoder/activations/mod.ts";
import { coderConfig } from "../../lib/crosscoder/coder_config.ts";
import { coderLosses, metricNames } from "../../lib/crosscoder/coder_losses.ts";
import {
  afterUpdate,
  type CoderTrainer,
  createCoderTrainer,
} from "../../lib/crosscoder/coder_step.ts";
import { recipeOf } from "../../lib/crosscoder/recipes.ts";
import type { RecipeSettings } from "../../lib/crosscoder/settings.ts";
import type { Gpu } from "../../lib/gpu/gpu.ts";
import { upload } from "../../lib/tensor/tensor.ts";
import { recordStep } from "../../lib/tensor/training.ts";
import { randomValues } from "./products.ts";
import type { CoderShape, RecordedStep } from "./recorded_steps.ts";

const values = (shape: number[], scale: number) => ({
  shape,
  data: randomValues(shape.reduce((a, b) => a * b, 1)).map((v) => scale * v),
});

/** A crosscoder with random weights while it trains by the recipe of this name. */
export function recipeTrainer(
  gpu: Gpu,
  name: string,
  { batch, n_sites, d_in, d_sae }: CoderShape,
): CoderTrainer {
  const recipe = recipeOf("time a step", name), { activation: kind } = recipe;
  const settings: RecipeSettings = { ...recipe.settings, batch, steps: 3000 };
  const config = coderConfig({
    sites: Array.from({ length: n_sites }, (_, i) => `site ${i}`),
    d_in,
    d_sae,
    recipe: name,
    activation: activationConfig(kind, settings),
    normalisation: recipe.normalisation,
  });
  const arrays = {
    W_enc: values([n_sites, d_in, d_sae], 0.1),
    W_dec: values([d_sae, n_sites, d_in], 0.1),
    b_enc: values([d_sae], 0),
    b_dec: values([n_sites, d_in], 0),
    ...((kind === "batchtopk" || kind === "jumprelu") && { threshold: values([d_sae], 0) }),
  };
  return createCoderTrainer(gpu, { config, arrays }, { recipe, settings });
}

/** Losses, gradients, update and log; five dense products of a step count. */
export function recipeStep(gpu: Gpu, name: string, shape: CoderShape): RecordedStep {
  const { batch, n_sites, d_in, d_sae } = shape, trainer = recipeTrainer(gpu, name, shape);
  const x = upload(gpu, values([batch, n_sites * d_in], 1));
  const program = recordStep(trainer.training, name, () => coderLosses(trainer, x), {
    metrics: metricNames(trainer),
    after: () => afterUpdate(trainer),
  });
  return {
    program,
    flop: 5 * 2 * batch * n_sites * d_in * d_sae,
    [Symbol.dispose]() {
      program[Symbol.dispose]();
      trainer.release();
      x.release();
    },
  };
}
