// Fixture: tests/fixtures/llama_ops.py (PyTorch, float64). Worst error over all shapes and both kinds of row group on
// lavapipe 6e-7 of the root mean square of the expected values.
import { assert, assertThrows } from "@std/assert";
import { rmsNorm as plain, rmsNormGrad, rmsScale } from "../../reference/rms_norm.ts";
import { rmsNorm, rmsNormScale } from "../../../lib/tensor/ops/rms_norm.ts";
import { upload, zeros } from "../../../lib/tensor/tensor.ts";
import { assertClose, fixture, random, values } from "../../util.ts";
import { devices, gradients, padding, parameter, takenForGpu } from "../gpu_util.ts";

const ops = await fixture("llama_ops");
const RTOL = 2e-6;

for (const { name, gpu } of [...devices, await takenForGpu()]) {
  for (const [rows, d] of [[1, 4], [7, 13], [65, 37], [129, 129], [70, 388]]) {
    Deno.test(`rmsNorm() [${rows}, ${d}] equals the plain version, with ${name}`, async () => {
      const weight = random(2, d), grad_y = random(4, rows * d);
      const x = random(1, rows * d).map((value) => 3 * value + 1);
      const tensors = {
        x: parameter(gpu, [rows, d], x),
        weight: parameter(gpu, [d], weight),
      };
      const forward = () => rmsNorm(tensors.x, tensors.weight);
      const found = await gradients(gpu, tensors, { forward, grad_y });
      const expected: Record<string, Float64Array> = {
        y: plain(x, weight),
        ...rmsNormGrad(x, weight, { grad_y }),
      };
      for (const [key, value] of Object.entries(expected)) {
        const worst = assertClose(found[key], value, { name: key, rtol: RTOL });
        if (Deno.env.get("SHOW")) console.log(rows, d, key, worst.toExponential(1));
      }
      const scale = await rmsNormScale(tensors.x).read();
      assertClose(scale, rmsScale(x, { d }), { name: "scale", rtol: 1e-6 });
      for (const tensor of [forward(), rmsNormScale(tensors.x), tensors.x.gradSlot!]) {
        assert((await padding(tensor)).every((value) => value === 0));
      }
    });
  }

  Deno.test(`rmsNorm() equals PyTorch, with ${name}`, async () => {
    for (const prefix of ["rms_norm.", "rms_norm_small."]) {
      const { x, weight, grad_y, eps } = values(ops, prefix);
      const tensors = {
        x: parameter(gpu, [9, 37], x),
        weight: parameter(gpu, [37], weight),
      };
      const forward = () => rmsNorm(tensors.x, tensors.weight, { eps: eps[0] });
      const found = await gradients(gpu, tensors, { forward, grad_y });
      for (const [key, value] of Object.entries(found)) {
        assertClose(value, ops[prefix + key], { name: prefix + key, rtol: RTOL });
      }
    }
  });

  Deno.test(`rmsNorm() of one tensor twice adds its gradients, with ${name}`, async () => {
    const data = random(1, 9 * 37), ones = random(2, 37), grad_y = random(4, 9 * 37);
    const tensors = { x: parameter(gpu, [9, 37], data), weight: parameter(gpu, [37], ones) };
    const once = () => rmsNorm(tensors.x, tensors.weight);
    const found = await gradients(gpu, tensors, { forward: () => [once(), once()], grad_y });
    for (const [key, value] of Object.entries(rmsNormGrad(data, ones, { grad_y }))) {
      assertClose(found[key], value.map((v) => 2 * v), { name: key, rtol: RTOL });
    }
  });

  Deno.test(`rmsNorm() shows a NaN in any input, with ${name}`, async () => {
    for (const planted of ["x", "weight", "grad_y"]) {
      const data = { x: random(1, 90), weight: random(2, 10) }, grad_y = random(4, 90);
      ({ ...data, grad_y }[planted]!)[7] = NaN;
      const tensors = {
        x: parameter(gpu, [9, 10], data.x),
        weight: parameter(gpu, [10], data.weight),
      };
      const forward = () => rmsNorm(tensors.x, tensors.weight);
      const found = await gradients(gpu, tensors, { forward, grad_y });
      assert((planted === "grad_y" ? found.grad_x : found.y).some(Number.isNaN), planted);
      assert((await padding(forward())).every((value) => value === 0));
    }
  });
}

Deno.test("rmsNorm() over several bindings equals one binding", async () => {
  const [{ gpu }] = devices, grad_y = random(4, 300 * 37);
  const tensors = {
    x: parameter(gpu, [300, 37], random(1, 300 * 37)),
    weight: parameter(gpu, [37], random(2, 37)),
  };
  const run = () =>
    gradients(gpu, tensors, { forward: () => rmsNorm(tensors.x, tensors.weight), grad_y });
  const whole = await run(), limit = gpu.maxBinding;
  Object.assign(gpu, { maxBinding: 64 * 40 * 4 });
  try {
    for (const [key, value] of Object.entries(await run())) {
      assertClose(value, whole[key], { name: key, rtol: 1e-6 });
    }
  } finally {
    Object.assign(gpu, { maxBinding: limit });
  }
});

Deno.test("rmsNorm() refuses a weight of another width, and options that are none", () => {
  const [{ gpu }] = devices;
  const x = upload(gpu, { shape: [2, 8], data: random(1, 16) });
  assertThrows(() => rmsNorm(x, zeros(gpu, [9])), RangeError, "expected weight [8]");
  assertThrows(() => rmsNorm(x, zeros(gpu, [8]), { eps: -1 }), RangeError, "expected eps");
});
