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
import { geluGrad } from "../../reference/gelu.ts";
import { empty, upload } from "../../../lib/tensor/tensor.ts";
import { assertClose, fixture, random } from "../../util.ts";
import { devices, gradients, parameter } from "../gpu_util.ts";

const pt = await fixture("ops");
const { gpu } = devices[0];
const tensor = (data: ArrayLike<number>, shape = [data.length]) =>
  upload(gpu, { shape, data: Float32Array.from(data) });

Deno.test("gelu() equals PyTorch, forward and backward", async () => {
  const x = parameter(gpu, pt["gelu.x"].shape, pt["gelu.x"].data);
  const found = await gradients(gpu, { x }, {
    forward: () => gelu(x),
    grad_y: pt["gelu.grad_y"].data,
  });
  assertClose(found.y, pt["gelu.y"], { name: "y", rtol: 1e-6 });
  assertClose(found.grad_x, pt["gelu.grad_x"], { name: "grad_x", rtol: 1e-6 });
});

Deno.test("gelu() is 0, x and NaN at its far ends, and so is its slope", async () => {
  const ends = [-Infinity, -1e30, -50, 0, 50, 1e12, NaN];
  const y = await gelu(tensor(ends)).read();
  assertEquals([...y.slice(1, 6)].map((v) => v + 0), [0, 0, 0, 50, 1e12].map(Math.fround));
  assert(Number.isNaN(y[6]));
  const slope = empty(gpu, [7]);
  elementwiseInto("gelu_backward", {
    a: tensor(ends),
    b: tensor(new Float32Array(7).fill(1)),
    out: slope,
  });
  const found = await slope.read();
  assertClose(found.slice(2, 5), geluGrad(ends.slice(2, 5), [1, 1, 1]), {
    name: "slope",
    rtol: 1e-6,
  });
  assert(Number.isNaN(found[6]));
});

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
