// Fixture: tests/fixtures/ops.py (PyTorch, float64). Worst errors over all shapes and both kinds of row group on lavapipe,
// relative to the root mean square of the expected values: y and gradients 1.5e-6; layer_norm_far 1.3e-3, the rounding of the mean.
// rtol is about twice that.
import { assert, assertThrows } from "@std/assert";
import { layerNorm as plain, layerNormGrad, normalize } from "../../reference/layer_norm.ts";
import { layerNorm, layerNormScale } from "../../../lib/tensor/ops/layer_norm.ts";
import { upload, zeros } from "../../../lib/tensor/tensor.ts";
import { assertClose, fixture, random, values } from "../../util.ts";
import { devices, gradients, padding, parameter, takenForGpu } from "../gpu_util.ts";

const ops = await fixture("ops");

for (const { name, gpu } of [...devices, await takenForGpu()]) {
  for (const [rows, d] of [[1, 4], [7, 13], [65, 37], [129, 129], [70, 388]]) {
    Deno.test(`layerNorm() [${rows}, ${d}] equals the plain version, with ${name}`, async () => {
      const gamma = random(2, d), beta = random(3, d), grad_y = random(4, rows * d);
      const x = random(1, rows * d).map((value) => 3 * value + 1);
      const tensors = {
        x: parameter(gpu, [rows, d], x),
        gamma: parameter(gpu, [d], gamma),
        beta: parameter(gpu, [d], beta),
      };
      const forward = () => layerNorm(tensors.x, tensors.gamma, tensors.beta);
      const found = await gradients(gpu, tensors, { forward, grad_y });
      const expected: Record<string, Float64Array> = {
        y: plain(x, gamma, { beta }),
        ...layerNormGrad(x, gamma, { grad_y }),
      };
      for (const [key, value] of Object.entries(expected)) {
        const worst = assertClose(found[key], value, { name: key, rtol: 3e-6 });
        if (Deno.env.get("SHOW")) console.log(rows, d, key, worst.toExponential(1));
      }
      const scale = await layerNormScale(tensors.x).read();
      assertClose(scale, normalize(x, { d }).scale, { name: "scale", rtol: 1e-6 });
    });
  }

  Deno.test(`layerNorm() equals PyTorch, with ${name}`, async () => {
    for (const [prefix, rtol] of [["layer_norm.", 1e-6], ["layer_norm_far.", 3e-3]] as const) {
      const { x, gamma, beta, grad_y } = values(ops, prefix);
      const tensors = {
        x: parameter(gpu, [9, 37], x),
        gamma: parameter(gpu, [37], gamma),
        beta: parameter(gpu, [37], beta),
      };
      const forward = () => layerNorm(tensors.x, tensors.gamma, tensors.beta);
      const found = await gradients(gpu, tensors, { forward, grad_y });
      for (const [key, value] of Object.entries(found)) {
        const worst = assertClose(value, ops[prefix + key], { name: prefix + key, rtol });
        if (Deno.env.get("SHOW")) console.log(prefix, key, worst.toExponential(1));
      }
    }
  });

  Deno.test(`layerNorm() of one tensor twice adds its gradients, with ${name}`, async () => {
    const data = random(1, 9 * 37), ones = random(2, 37), grad_y = random(4, 9 * 37);
    const tensors = {
      x: parameter(gpu, [9, 37], data),
      gamma: parameter(gpu, [37], ones),
      beta: parameter(gpu, [37], ones),
    };
    const once = () => layerNorm(tensors.x, tensors.gamma, tensors.beta);
    const found = await gradients(gpu, tensors, { forward: () => [once(), once()], grad_y });
    for (const [key, value] of Object.entries(layerNormGrad(data, ones, { grad_y }))) {
      assertClose(found[key], value.map((v) => 2 * v), { name: key, rtol: 3e-6 });
    }
  });

  Deno.test(`layerNorm() and its gradient pad with zeros, with ${name}`, async () => {
    const x = parameter(gpu, [9, 37], random(1, 9 * 37));
    const [weight, bias] = [
      parameter(gpu, [37], random(2, 37)),
      parameter(gpu, [37], random(3, 37)),
    ];
    const forward = () => layerNorm(x, weight, bias);
    const y = forward();
    await gradients(gpu, { x, weight, bias }, { forward, grad_y: random(4, 9 * 37) });
    for (const tensor of [y, layerNormScale(x), x.gradSlot!, weight.gradSlot!, bias.gradSlot!]) {
      const found = await padding(tensor);
      assert(found.length > 0 && found.every((value) => value === 0));
    }
  });

  Deno.test(`layerNorm() shows a NaN in any input, with ${name}`, async () => {
    for (const planted of ["x", "weight", "bias", "grad_y"]) {
      const data = { x: random(1, 90), weight: random(2, 10), bias: random(3, 10) };
      const grad_y = random(4, 90);
      ({ ...data, grad_y }[planted]!)[7] = NaN;
      const tensors = {
        x: parameter(gpu, [9, 10], data.x),
        weight: parameter(gpu, [10], data.weight),
        bias: parameter(gpu, [10], data.bias),
      };
      const forward = () => layerNorm(tensors.x, tensors.weight, tensors.bias);
      const found = await gradients(gpu, tensors, { forward, grad_y });
      const seen = planted === "grad_y" ? found.grad_x : found.y;
      assert(seen.some(Number.isNaN), `NaN in ${planted}`);
      if (planted !== "bias") assert(found.grad_weight.some(Number.isNaN) || planted === "weight");
    }
  });
}

Deno.test("layerNorm() refuses parameters of another width", () => {
  const [{ gpu }] = devices;
  const x = upload(gpu, { shape: [2, 8], data: random(1, 16) });
  const [weight, bias] = [zeros(gpu, [8]), zeros(gpu, [9])];
  assertThrows(() => layerNorm(x, weight, bias), RangeError, "expected bias [8]");
});
