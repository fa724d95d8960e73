// The dispatches of a training step as an NVIDIA card would get them, recorded on the stand-in.
import { assert } from "@std/assert";
import {
  CODER_METRICS,
  crosscoderLoss,
  type JumpReluTensors,
} from "../../lib/crosscoder/fused_loss.ts";
import { standInGpu } from "../../lib/gpu/stand_in.ts";
import type { SeenDispatch } from "../../lib/gpu/stand_in_device.ts";
import { activationConfig } from "../../lib/crosscoder/activations/mod.ts";
import { coderConfig } from "../../lib/crosscoder/coder_config.ts";
import { coderLosses, metricNames } from "../../lib/crosscoder/coder_losses.ts";
import { afterUpdate, createCoderTrainer } from "../../lib/crosscoder/coder_step.ts";
import { type RecipeName, RECIPES } from "../../lib/crosscoder/recipes.ts";
import type { RecipeSettings } from "../../lib/crosscoder/settings.ts";
import { createParameters } from "../../lib/tensor/parameters.ts";
import { zeros } from "../../lib/tensor/tensor.ts";
import { createTraining, recordStep } from "../../lib/tensor/training.ts";

const [N_SITES, D_IN, D_SAE] = [5, 768, 3072];

const array = (...shape: number[]) => ({
  shape,
  data: new Float32Array(shape.reduce((a, b) => a * b, 1)),
});

/** Zeros of the paper's shape, which all recipes start from. */
const WEIGHTS = {
  W_enc: array(N_SITES, D_IN, D_SAE),
  W_dec: array(D_SAE, N_SITES, D_IN),
  b_enc: array(D_SAE),
  b_dec: array(N_SITES, D_IN),
};

const FACTS = { description: "NVIDIA GeForce RTX 4090", isCpu: false, subgroupSize: 32 };

/** One step of the paper's crosscoder on a batch that is there. */
function dispatchesOf(batch: number): SeenDispatch[] {
  const seen: SeenDispatch[] = [];
  using gpu = standInGpu({ facts: FACTS, onDispatch: (dispatch) => seen.push(dispatch) });
  const parameters = createParameters(gpu, { ...WEIGHTS, log_threshold: array(D_SAE) });
  const training = createTraining(gpu, parameters, { steps: 1, rate: () => 1, clip: 1 });
  const x = zeros(gpu, [batch, N_SITES * D_IN]), coder = parameters.tensors as JumpReluTensors;
  const penalties = { lambda_S: 1, lambda_P: 1, c: 1, eps: 1, schedule: training.schedule };
  using step = recordStep(training, "step", () => crosscoderLoss(coder, x, penalties), {
    metrics: CODER_METRICS,
  });
  gpu.flush();
  seen.length = 0;
  step.run();
  return seen;
}

const told = ({ kernel, grid, workgroup }: SeenDispatch) =>
  `${kernel.label}: ${grid.join(" x ")} of ${workgroup}`;

for (const batch of [256, 4096]) {
  Deno.test(`the paper's step at batch ${batch} keeps a card of 128 processors busy, and launches no half warps`, () => {
    const seen = dispatchesOf(batch);
    for (const dispatch of seen) {
      const { grid: [x, y, z], workgroup, bindings } = dispatch;
      assert(workgroup % 32 === 0, told(dispatch));
      const bytes = bindings.reduce((sum, { bytes }) => sum + bytes, 0);
      if (bytes > 2 ** 20) assert(x * y * z >= 96, `${told(dispatch)} for ${bytes} bytes`);
    }
    assert(ownOf(seen).length <= 11, seen.map(told).join("\n"));
  });
}

/** Without what a product adds where it deals its sum out among workgroups: that is the product's own. */
function ownOf(seen: readonly SeenDispatch[]): SeenDispatch[] {
  return seen.filter(({ kernel }) => !/^sum_(chunks|parts)/.test(kernel.label));
}

/** One step of a crosscoder of the paper's shape by a recipe. */
function recipeDispatches(name: RecipeName): SeenDispatch[] {
  const seen: SeenDispatch[] = [], recipe = RECIPES[name], batch = 256;
  using gpu = standInGpu({ facts: FACTS, onDispatch: (dispatch) => seen.push(dispatch) });
  const settings: RecipeSettings = { ...recipe.settings, batch };
  const activation = activationConfig(recipe.activation, settings);
  const trainer = createCoderTrainer(gpu, {
    config: coderConfig({
      sites: Array.from({ length: N_SITES }, (_, i) => `site ${i}`),
      d_in: D_IN,
      d_sae: D_SAE,
      recipe: name,
      activation,
    }),
    arrays: {
      ...WEIGHTS,
      ...(/jumprelu|batchtopk/.test(recipe.activation) && { threshold: array(D_SAE) }),
    },
  }, { recipe, settings });
  const x = zeros(gpu, [batch, N_SITES * D_IN]);
  using step = recordStep(trainer.training, name, () => coderLosses(trainer, x), {
    metrics: metricNames(trainer),
    after: () => afterUpdate(trainer),
  });
  gpu.flush();
  seen.length = 0;
  step.run();
  return seen;
}

for (const name of Object.keys(RECIPES) as RecipeName[]) {
  Deno.test(`a step of ${name} takes a card 20 dispatches at most`, () => {
    const seen = recipeDispatches(name);
    assert(ownOf(seen).length <= 20, seen.map(told).join("\n"));
  });
}
