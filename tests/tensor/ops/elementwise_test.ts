// Fixture: tests/fixtures/ops.py (PyTorch float64). Ranges are longer than one workgroup and no multiple of it.
import { assert, assertEquals, assertThrows } from "@std/assert";
import { gelu } from "../../../lib/tensor/ops/linear.ts";
import { add, subtract } from "../../../lib/tensor/ops/arithmetic.ts";
import {
  addInto,
  elementwiseInto,
  fillInto,
  scaleInto,
} from "../../../lib/tensor/ops/elementwise.ts";
import type { Gpu } from "../../../lib/gpu/gpu.ts";
import { tanh } from "../../../lib/tensor/ops/unary.ts";
import { geluGrad } from "../../reference/gelu.ts";
import { empty, upload } from "../../../lib/tensor/tensor.ts";
import { assertClose, fixture, random } from "../../util.ts";
import { devices, gradients, parameter, takenForGpu } from "../gpu_util.ts";

const pt = await fixture("ops");
const { gpu } = devices[0];
const tensorOn = (gpu: Gpu, data: ArrayLike<number>, shape = [data.length]) =>
  upload(gpu, { shape, data: Float32Array.from(data) });
const tensor = (data: ArrayLike<number>, shape?: number[]) => tensorOn(gpu, data, shape);

for (const { gpu, name } of [devices[0], await takenForGpu()]) {
  const rtol = gpu === devices[0].gpu ? 1e-6 : 1e-5; // a driver's exponential may be as wrong

  Deno.test(`gelu() equals PyTorch, forward and backward, ${name}`, async () => {
    const x = parameter(gpu, pt["gelu.x"].shape, pt["gelu.x"].data);
    const found = await gradients(gpu, { x }, {
      forward: () => gelu(x),
      grad_y: pt["gelu.grad_y"].data,
    });
    assertClose(found.y, pt["gelu.y"], { name: "y", rtol });
    assertClose(found.grad_x, pt["gelu.grad_x"], { name: "grad_x", rtol });
  });

  Deno.test(`gelu() is 0, x and NaN at its far ends, its slope 0, 1 and NaN, ${name}`, async () => {
    const ends = [-Infinity, -1e30, -50, 0, 50, 1e12, 1e30, NaN];
    const a = tensorOn(gpu, ends), b = tensorOn(gpu, ends.map(() => 1));
    const y = await gelu(a).read();
    assertEquals([...y.slice(1, 7)].map((v) => v + 0), [0, 0, 0, 50, 1e12, 1e30].map(Math.fround));
    assert(Number.isNaN(y[7]));
    const slope = empty(gpu, [ends.length]);
    elementwiseInto("gelu_backward", { a, b, out: slope });
    const found = await slope.read();
    assertClose(found.slice(2, 5), geluGrad(ends.slice(2, 5), [1, 1, 1]), { name: "slope", rtol });
    assertEquals([found[1] + 0, found[5], found[6]], [0, 1, 1]);
    assert(Number.isNaN(found[7]));
  });

  Deno.test(`tanh() is 1 and -1 at its far ends, where drivers overflow, ${name}`, async () => {
    const ends = [-1e30, -200, -89, -1, 0, 0.5, 89, 200, 1e30, NaN];
    const found = await tanh(tensorOn(gpu, ends)).read();
    const name = "tanh";
    assertClose(found.slice(0, 9), ends.slice(0, 9).map(Math.tanh), { name, rtol: 1e-5 });
    assert(Number.isNaN(found[9]));
  });
}

Deno.test("add(), subtract(), addInto(), scaleInto() and fillInto() work on rows that need padding", async () => {
  const [a, b] = [1, 2].map((seed) => Float32Array.from(random(seed, 331 * 5)));
  const [x, y] = [a, b].map((data) => tensor(data, [331, 5]));
  assertEquals(await add(x, y).read(), a.map((v, i) => v + b[i]));
  assertEquals(await subtract(x, y).read(), a.map((v, i) => v - b[i]));
  const scaled = empty(gpu, [331, 5]);
  scaleInto(scaled, x, 0.5);
  addInto(scaled, y);
  assertEquals(await scaled.read(), a.map((v, i) => Math.fround(0.5 * v) + b[i]));
  fillInto(x, 0);
  assertEquals(await x.read(), new Float32Array(331 * 5));
  assertThrows(
    () => addInto(x, tensor([1, 2, 3])),
    RangeError,
    "expected out f32 [3] but found f32 [331,5]",
  );
});
