// Fixture: tests/fixtures/delta_loss.py (PyTorch, float64): the loss on the difference of two models' activations.
import { assert, assertEquals, assertRejects } from "@std/assert";
import { freshCoder } from "../../../lib/crosscoder/fresh.ts";
import type { LossState } from "../../../lib/crosscoder/losses/loss.ts";
import { plantedFeed } from "../../../lib/crosscoder/planted/feed.ts";
import { plantedTask } from "../../../lib/crosscoder/planted/task.ts";
import { RECIPES } from "../../../lib/crosscoder/recipes.ts";
import { trainCrosscoder } from "../../../lib/crosscoder/train.ts";
import { dedicated, dedicatedLatents } from "../../../lib/diff/methods/dedicated.ts";
import { deltaLoss, differenceOf } from "../../../lib/diff/methods/delta.ts";
import { relativeNorms } from "../../../lib/diff/methods/relative_norms.ts";
import { openGpu } from "../../../lib/gpu/open.ts";
import type { HostArray } from "../../../lib/io/host_array.ts";
import { stream } from "../../../lib/numerics/random.ts";
import { withGradients } from "../../../lib/tensor/gradients.ts";
import { upload, zeros } from "../../../lib/tensor/tensor.ts";
import { assertClose, fixture } from "../../util.ts";
import { makePair, TINY } from "./pairs.ts";

Deno.test("the loss on differences has PyTorch's value and gradient", async () => {
  using gpu = await openGpu();
  const pt = await fixture("delta_loss");
  using x = upload(gpu, pt.x);
  using x_hat = upload(gpu, pt.x_hat);
  x_hat.requiresGrad = true;
  using W_dec = zeros(gpu, [1, 4, 4]); // of which only the shape is looked at
  const config = { scale: [...pt.scale.data], d_in: 4 };
  using difference = differenceOf(gpu, { config } as Parameters<typeof differenceOf>[1]);
  const state = { x, x_hat, coder: { W_dec } } as unknown as LossState;
  const { loss } = withGradients(gpu, [x_hat], () => ({
    loss: deltaLoss(difference).compute(state, {}),
  }));
  assertClose(await loss.read(), pt.loss, { name: "loss", rtol: 1e-6 });
  assertClose(await x_hat.grad!.read(), pt.x_hat_grad, { name: "gradient", rtol: 1e-5 });
});

Deno.test("dedicated latents write to their own model alone, after training as before", async () => {
  using gpu = await openGpu();
  const pair = makePair(gpu, (weights) => {
    weights["transformer.h.1.mlp.c_proj.weight"].data.forEach((_, i, data) =>
      data[i] += Math.cos(i)
    );
  });
  const settings = { ...TINY, d_sae: 40 };
  const { coder, directions } = await dedicated.find(pair, { settings, seed: 0 });
  const { base, other } = dedicatedLatents(40);
  assertEquals([base, other], [[0, 2], [2, 4]]);
  const norms = relativeNorms(coder!);
  assertEquals(norms.slice(0, 4), [0, 0, 1, 1]);
  assert(norms.slice(4).every((norm) => norm > 0 && norm < 1));
  assert(directions.length <= 2);
});

Deno.test("training with any recipe holds at 0 what is held, of the decoder's shape alone", async () => {
  using gpu = await openGpu();
  const random = stream(0, "task");
  const options = { n_features: 6, n_sites: 2, d_in: 4, L0: 2, zipf: 0, partial: 0, noise: 0.1 };
  const task = plantedTask(options, random);
  const feed = plantedFeed(gpu, task, { batch: 8, perRound: 2, random: random.stream("rows") });
  const shape = [5, 2, 4], data = new Float32Array(40).fill(1, 3, 9);
  const recipe = "anthropic_jan25", settings = { ...RECIPES[recipe].settings, steps: 12, batch: 8 };
  const sites = ["a", "b"].map((hook) => ({ model: "model", hook }));
  const fresh = await freshCoder(gpu, feed, { sites, d_in: 4, d_sae: 5, settings, random });
  const train = (held: HostArray) =>
    trainCrosscoder(gpu, fresh, { name: "held", settings, feed, held });
  const { W_dec } = (await train({ shape, data })).arrays;
  assertEquals([...W_dec.data].map((w) => w === 0), [...data].map((held) => held === 1));
  await assertRejects(
    () => train({ shape: [5, 8], data }),
    Error,
    "held has shape [5,8] instead of [5,2,4]",
  );
  feed.release();
});
