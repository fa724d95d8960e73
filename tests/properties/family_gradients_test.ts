// Gradients of every recipe's losses: the same whoever is frozen, twice of what is used twice, and the published recipe's
// fused kernel beside the losses that it stands for.
import { assert, assertEquals } from "@std/assert";
import { activationConfig } from "../../lib/crosscoder/activations/mod.ts";
import { activationOf } from "../../lib/crosscoder/activations/mod.ts";
import { coderConfig } from "../../lib/crosscoder/coder_config.ts";
import { coderLosses, metricNames } from "../../lib/crosscoder/coder_losses.ts";
import { type CoderTrainer, createCoderTrainer } from "../../lib/crosscoder/coder_step.ts";
import { composedLosses } from "../../lib/crosscoder/composed_losses.ts";
import { RECIPES } from "../../lib/crosscoder/recipes.ts";
import { add, scale } from "../../lib/tensor/ops/arithmetic.ts";
import { readTensors } from "../../lib/tensor/read.ts";
import { assertClose, random } from "../util.ts";
import { gpu, gradsOf, leaf } from "./_leaves.ts";

const D_SAE = 13, SITES = ["a", "b"], D_IN = 8;

/** A trainer of a small crosscoder with random weights; half of its latents have long been dead. */
function trainerOf(name: keyof typeof RECIPES): CoderTrainer {
  const recipe = RECIPES[name];
  const array = (seed: number, shape: number[], mean = 0) => ({
    shape,
    data: random(seed, shape.reduce((a, b) => a * b, 1)).map((v) => mean + 0.4 * v),
  });
  const settings = {
    ...recipe.settings,
    ...("k" in recipe.settings && { k: 3 }),
    ...("lambda_P" in recipe.settings && { lambda_P: 0.2 }),
  };
  const threshold = array(5, [D_SAE], 1), { saved } = activationOf(recipe.activation);
  const activation = activationConfig(recipe.activation, settings);
  const trainer = createCoderTrainer(gpu, {
    config: coderConfig({ sites: SITES, d_in: D_IN, d_sae: D_SAE, recipe: name, activation }),
    arrays: {
      W_enc: array(1, [2, D_IN, D_SAE]),
      W_dec: array(2, [D_SAE, 2, D_IN]),
      b_enc: array(3, [D_SAE], 0.5),
      b_dec: array(4, [2, D_IN]),
      ...(saved.length > 0 && { threshold }),
    },
  }, { recipe, settings });
  for (const tensor of Object.values(trainer.tensors)) tensor.requiresGrad = true;
  return trainer;
}

/** What a step changes beside the parameters, as it was: each run must see the same. */
function reset({ state }: CoderTrainer): void {
  const since = Float32Array.from({ length: D_SAE }, (_, i) => i % 2 === 0 ? 1e6 : 0);
  state.since_fired?.write(since);
}

for (const name of Object.keys(RECIPES) as (keyof typeof RECIPES)[]) {
  Deno.test(`the losses of ${name} give the same gradients whoever is frozen, the batch included`, async () => {
    const trainer = trainerOf(name), x = leaf([9, 2 * D_IN], 7);
    const list = [...Object.values(trainer.tensors), x];
    const run = () => {
      reset(trainer);
      return gradsOf(list, () => composedLosses(trainer, x));
    };
    const whole = await run();
    const names = [...Object.keys(trainer.tensors), "x"];
    const unused = trainer.recipe.activation === "batchtopk" ? ["log_threshold"] : [];
    whole.forEach((grad, i) =>
      assertEquals(grad.some((g) => g !== 0), !unused.includes(names[i]), names[i])
    );
    for (let frozen = 1; frozen < 2 ** list.length - 1; frozen += 1 + frozen % 3) {
      list.forEach((tensor, i) => tensor.requiresGrad = (frozen >> i & 1) === 0);
      if (!list.some((tensor, i) => tensor.requiresGrad && !unused.includes(names[i]))) continue;
      const found = await run();
      found.forEach((grad, i) => {
        const expected = list[i].requiresGrad ? whole[i] : new Float32Array(grad.length);
        assertEquals(grad, expected, `${names[i]}, frozen ${frozen.toString(2)}`);
      });
    }
    trainer.release();
  });

  Deno.test(`the losses of ${name} add up where they are used twice`, async () => {
    const trainer = trainerOf(name), x = leaf([9, 2 * D_IN], 7);
    const list = [...Object.values(trainer.tensors), x];
    const losses = (): ReturnType<typeof composedLosses> => {
      reset(trainer);
      return composedLosses(trainer, x);
    };
    const once = await gradsOf(list, losses);
    const twice = await gradsOf(list, () => add(losses()[0], scale(losses()[0], 2)));
    twice.forEach((grad, i) => {
      assertClose(grad, once[i].map((g) => 3 * g), { name: `${i}`, rtol: 2e-5, atol: 1e-7 });
    });
    trainer.release();
  });
}

for (const name of ["anthropic_jan25", "l1", "gemma_scope_2"] as const) {
  Deno.test(`the fused kernels of ${name} have the losses and gradients of its composed losses`, async () => {
    const trainer = trainerOf(name), x = leaf([70, 2 * D_IN], 7);
    const list = [...Object.values(trainer.tensors), x];
    let composed: ReturnType<typeof composedLosses> = [], fused = composed;
    const expected = await gradsOf(list, () => composed = composedLosses(trainer, x));
    const found = await gradsOf(list, () => fused = coderLosses(trainer, x));
    found.forEach((grad, i) => {
      assert(grad.some((g) => g !== 0));
      assertClose(grad, expected[i], { name: Object.keys(trainer.tensors)[i] ?? "x", rtol: 2e-5 });
    });
    assertEquals(fused.length, 1, "one table, whose rows are summed");
    const names = metricNames(trainer), table = await fused[0].read();
    const width = table.length / names.length;
    const parts = names.map((_, row) => table.slice(row * width, row * width + width))
      .map((row) => row.reduce((a, b) => a + b));
    const [, ...values] = (await readTensors(composed)).map(([value]) => value);
    assertClose(parts, values, { name: names.join(", "), rtol: 1e-5 });
    trainer.release();
  });
}
