// The losses of TopK recipes as a GPU takes them, in one operation, beside the composed losses that a CPU adapter takes.
import { assert, assertEquals } from "@std/assert";
import { activationConfig } from "../../lib/crosscoder/activations/mod.ts";
import { coderConfig } from "../../lib/crosscoder/coder_config.ts";
import { coderLosses, metricNames } from "../../lib/crosscoder/coder_losses.ts";
import { createCoderTrainer } from "../../lib/crosscoder/coder_step.ts";
import { composedLosses } from "../../lib/crosscoder/composed_losses.ts";
import { type RecipeName, RECIPES } from "../../lib/crosscoder/recipes.ts";
import type { RecipeSettings } from "../../lib/crosscoder/settings.ts";
import type { Gpu } from "../../lib/gpu/gpu.ts";
import { openGpu } from "../../lib/gpu/open.ts";
import { withGradients } from "../../lib/tensor/gradients.ts";
import { readTensors } from "../../lib/tensor/read.ts";
import { type Tensor, upload } from "../../lib/tensor/tensor.ts";
import { assertClose, random } from "../util.ts";

const D_SAE = 37, D_IN = 8, BATCH = 48, SITES = ["a", "b", "c"];
const plain = await openGpu();
const taken = await openGpu({ pretend: { isCpu: false, subgroupSize: plain.subgroupSize } });

/** Metrics, gradients and what a step keeps, by name, of losses on a device. */
async function stepOf(
  gpu: Gpu,
  name: RecipeName,
  { losses, dead, blank = false }: {
    losses: typeof coderLosses;
    /** Every how many latents one has long been dead, and hardly reaches above 0. */
    dead: number;
    /** Whether rows are 0 and nothing fires on them, so that they have no error. */
    blank?: boolean;
  },
) {
  const recipe = RECIPES[name];
  const array = (seed: number, shape: number[], mean = 0) => ({
    shape,
    data: random(seed, shape.reduce((a, b) => a * b, 1)).map((v) => mean + 0.4 * v),
  });
  const settings: RecipeSettings = { ...recipe.settings, k: 5, batch: BATCH, steps: 1 };
  const activation = activationConfig(recipe.activation, settings),
    threshold = array(5, [D_SAE], 1);
  const W_enc = array(1, [SITES.length, D_IN, D_SAE]), b_enc = array(3, [D_SAE], blank ? -1 : 0.1);
  const b_dec = array(4, [SITES.length, D_IN]);
  if (blank) b_dec.data.fill(0);
  W_enc.data.forEach((w, i) => W_enc.data[i] = i % D_SAE % dead === 0 ? 0.01 * w : w);
  if (!blank) b_enc.data.forEach((b, i) => b_enc.data[i] = i % dead === 0 ? 0.02 : b);
  const trainer = createCoderTrainer(gpu, {
    config: coderConfig({ sites: SITES, d_in: D_IN, d_sae: D_SAE, recipe: name, activation }),
    arrays: {
      W_enc,
      W_dec: array(2, [D_SAE, SITES.length, D_IN]),
      b_enc,
      b_dec,
      ...(recipe.activation === "batchtopk" && { threshold }),
    },
  }, { recipe, settings });
  const { since_fired } = trainer.state;
  since_fired.write(Float32Array.from({ length: D_SAE }, (_, i) => i % dead === 0 ? 1e6 : 7));
  const { data } = array(7, [BATCH, SITES.length * D_IN]);
  if (blank) data.fill(0, 0, 16 * SITES.length * D_IN);
  const x = upload(gpu, { shape: [BATCH, SITES.length * D_IN], data });
  const learning = Object.values(trainer.tensors).filter(({ requiresGrad }) => requiresGrad);
  let found: Tensor[] = [];
  withGradients(gpu, learning, () => found = losses(trainer, x));
  const names = metricNames(trainer), read = await readTensors(found);
  const metrics = found.length > 1 ? read.map(([value]) => value) : [...read[0]];
  assertEquals(metrics.length, names.length);
  const parts: Record<string, ArrayLike<number>> = { metrics };
  for (const [key, tensor] of Object.entries(trainer.tensors)) {
    if (tensor.requiresGrad) parts[`grad ${key}`] = await tensor.gradSlot!.read();
  }
  for (const key of ["since_fired", "dead", "smallest_kept"]) {
    if (trainer.state[key]) parts[key] = await trainer.state[key].read();
  }
  trainer.release();
  return { parts, tensors: found.length, names };
}

for (const name of ["batchtopk", "topk_auxk", "frozen_decoder", "frozen_encoder"] as const) {
  Deno.test(`${name} has the metrics, gradients and memory of its composed losses on a GPU`, async () => {
    for (const dead of [3, D_SAE]) { // the first latent alone is dead in the second case
      const whole = await stepOf(taken, name, { losses: coderLosses, dead });
      assertEquals(whole.tensors, 1, "taken in one");
      const each = await stepOf(plain, name, { losses: composedLosses, dead });
      assert(each.tensors > 1);
      assertEquals(Object.keys(whole.parts), Object.keys(each.parts));
      const [aux, count] = ["auxk", "dead"].map((metric) => whole.names.indexOf(metric));
      assertEquals(whole.parts.metrics[count], Math.ceil(D_SAE / dead));
      assert(whole.parts.metrics[aux] > 0);
      for (const [part, values] of Object.entries(each.parts)) {
        assertClose(whole.parts[part], values, { name: `${part}, dead ${dead}`, rtol: 3e-5 });
      }
      const again = await stepOf(taken, name, { losses: coderLosses, dead });
      assertEquals(again.parts, whole.parts, "the same bits again");
    }
  });
}

Deno.test("rows without an error leave no NaN where the loss is the error's norm", async () => {
  const { parts } = await stepOf(taken, "batchtopk", { losses: coderLosses, dead: 2, blank: true });
  for (const [part, values] of Object.entries(parts)) {
    assert(Array.from(values).every(Number.isFinite), part);
  }
});

Deno.test("a CPU adapter takes the losses of a TopK one by one", async () => {
  const { tensors } = await stepOf(plain, "topk_auxk", { losses: coderLosses, dead: 2 });
  assert(tensors > 1);
});
