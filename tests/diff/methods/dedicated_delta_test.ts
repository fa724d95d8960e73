// Fixture: tests/fixtures/delta_loss.py (PyTorch, float64): the loss on the difference of two models' activations.
import { assert, assertEquals } from "@std/assert";
import type { LossState } from "../../../lib/crosscoder/losses/loss.ts";
import { dedicated, dedicatedLatents } from "../../../lib/diff/methods/dedicated.ts";
import { deltaLoss, differenceOf } from "../../../lib/diff/methods/delta.ts";
import { relativeNorms } from "../../../lib/diff/methods/relative_norms.ts";
import { openGpu } from "../../../lib/gpu/open.ts";
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
