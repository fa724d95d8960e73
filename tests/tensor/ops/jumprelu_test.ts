// Fixture: tests/fixtures/jumprelu.py (PyTorch float64, seed 0): batch 5, 70 latents. The kernel learns log θ, so its
// gradient is θ times that of θ: grad_log_threshold = θ · grad_threshold.
import { assert, assertThrows } from "@std/assert";
import type { Gpu } from "../../../lib/gpu/gpu.ts";
import { openGpu } from "../../../lib/gpu/open.ts";
import { jumprelu } from "../../../lib/tensor/ops/jumprelu.ts";
import { stream } from "../../../lib/numerics/random.ts";
import { jumprelu as plain, jumpreluGrad } from "../../reference/jumprelu.ts";
import { upload } from "../../../lib/tensor/tensor.ts";
import { assertClose, fixture, fixtureOptions } from "../../util.ts";
import { devices, gradients, parameter, takenForGpu } from "../gpu_util.ts";

const pt = await fixture("jumprelu");
const { eps } = await fixtureOptions<{ eps: number }>("jumprelu");

for (const { name, gpu } of [...devices, await takenForGpu()]) {
  Deno.test(`jumprelu() equals PyTorch and the plain version, forward and backward, ${name}`, async () => {
    const z = parameter(gpu, pt.z.shape, pt.z.data);
    const log_threshold = parameter(gpu, [70], pt.threshold.data.map(Math.log));
    const found = await gradients(gpu, { z, log_threshold }, {
      forward: () => jumprelu(z, log_threshold, { eps }),
      grad_y: pt.grad_acts.data,
    });
    assertClose(found.y, pt.acts, { name: "acts", rtol: 1e-6 });
    assertClose(found.grad_z, pt.grad_z, { name: "grad_z", rtol: 1e-6 });
    const grads = jumpreluGrad(pt.z.data, pt.threshold.data, { grad_acts: pt.grad_acts.data, eps });
    const wanted = pt.grad_threshold.data;
    assertClose(grads.grad_threshold, wanted, { name: "plain", rtol: 1e-6 });
    assertClose(found.grad_log_threshold, wanted, { name: "grad_log_threshold", rtol: 1e-5 });
    assertThrows(() =>
      assertClose(found.y, plain(pt.z.data, new Float32Array(70)), { name: "ReLU", rtol: 1e-5 })
    );
  });

  Deno.test(`jumprelu() lets a NaN through, ${name}`, async () => {
    const z = upload(gpu, { shape: [1, 5], data: Float32Array.of(NaN, 3, 1, NaN, -1) });
    const log_threshold = upload(gpu, { shape: [5], data: new Float32Array(5).fill(Math.log(2)) });
    const acts = await jumprelu(z, log_threshold).read();
    assert(Number.isNaN(acts[0]) && Number.isNaN(acts[3]) && acts[1] === 3 && acts[2] === 0);
  });
}

/** jumprelu() and its gradients on random values beside the plain version's; thresholds near 1. */
async function assertLikePlain(gpu: Gpu, [rows, d_sae]: [number, number]) {
  const random = stream(rows, "jumprelu");
  const z = random.normals(rows * d_sae), grad_acts = random.normals(rows * d_sae);
  const threshold = Float32Array.from({ length: d_sae }, () => 0.5 + random.uniform());
  const tensors = {
    z: parameter(gpu, [rows, d_sae], z),
    log_threshold: parameter(gpu, [d_sae], threshold.map(Math.log)),
  };
  const found = await gradients(gpu, tensors, {
    forward: () => jumprelu(tensors.z, tensors.log_threshold, { eps }),
    grad_y: grad_acts,
  });
  const wanted = jumpreluGrad(z, threshold, { grad_acts, eps });
  assertClose(found.y, plain(z, threshold), { name: "acts", rtol: 1e-6 });
  assertClose(found.grad_z, wanted.grad_z, { name: "grad_z", rtol: 1e-6 });
  assertClose(found.grad_log_threshold, wanted.grad_threshold, {
    name: "grad_log_threshold",
    rtol: 1e-4,
  });
  for (const tensor of Object.values(tensors)) tensor.release();
}

for (const { name, gpu } of devices) {
  Deno.test(`jumprelu() equals the plain version on 70,000 rows, ${name}`, () =>
    assertLikePlain(gpu, [70_000, 3]));
}

Deno.test("jumprelu() equals the plain version on latents in several pieces", async () => {
  using gpu = await openGpu({ maxBinding: 4096 });
  await assertLikePlain(gpu, [300, 7]);
});
