// Fixture: tests/fixtures/ops.py (PyTorch float64): x [33, 21], W [19, 21].
import { assertEquals, assertThrows } from "@std/assert";
import { joinedLinear, layersJoin, linear, linearGelu } from "../../../lib/tensor/ops/linear.ts";
import { reshape } from "../../../lib/tensor/ops/reshape.ts";
import { withGradients } from "../../../lib/tensor/gradients.ts";
import { add } from "../../../lib/tensor/ops/arithmetic.ts";
import { sum } from "../../../lib/tensor/ops/sum.ts";
import { createParameters } from "../../../lib/tensor/parameters.ts";
import { upload } from "../../../lib/tensor/tensor.ts";
import { assertClose, fixture, random } from "../../util.ts";
import { devices, gradients, parameter } from "../gpu_util.ts";

const pt = await fixture("ops");

for (const { name, gpu } of devices) {
  const read = (kind: string) => {
    const of = (part: string) => pt[`${kind}.${part}`];
    const [x, W, b] = ["x", "W", "b"].map((part) => parameter(gpu, of(part).shape, of(part).data));
    return { of, x, W, b };
  };
  for (const kind of ["linear", "linear_gelu"]) {
    Deno.test(`${kind} equals PyTorch, forward and backward, ${name}`, async () => {
      const { of, x, W, b } = read(kind);
      const forward = () =>
        kind === "linear" ? linear(x, W, { bias: b }) : linearGelu(x, W, b).post;
      const found = await gradients(gpu, { x, W, b }, { forward, grad_y: of("grad_y").data });
      // The order of a sum differs from PyTorch's: worst seen 4e-7 of the root mean square.
      for (const part of ["y", "grad_x", "grad_W", "grad_b"]) {
        assertClose(found[part], of(part), { name: part, rtol: 5e-6 });
      }
    });
  }

  Deno.test(`linear() adds a residual and passes its gradient on, ${name}`, async () => {
    const { of, x, W, b } = read("linear");
    const addend = parameter(gpu, of("y").shape, of("grad_y").data);
    const forward = () => linear(x, W, { bias: b, addend });
    const found = await gradients(gpu, { x, addend }, { forward, grad_y: of("grad_y").data });
    const sum = of("y").data.map((v, i) => v + of("grad_y").data[i]);
    assertClose(found.y, sum, { name: "y", rtol: 5e-6 });
    assertClose(found.grad_addend, of("grad_y"), { name: "grad_addend", rtol: 0 });
  });

  Deno.test(`linear() after linearGelu() gives the same gradient fused as unfused, ${name}`, async () => {
    const { of, x, W, b } = read("linear_gelu");
    const V = upload(gpu, { shape: [7, 19], data: of("W").data.slice(0, 7 * 19) });
    const grad_y = of("grad_y").data.slice(0, 33 * 7);
    const run = (fused: boolean) =>
      gradients(gpu, { x, W, b }, {
        grad_y,
        forward: () => {
          const { post } = linearGelu(x, W, b);
          return linear(fused ? post : reshape(post, post.shape), V);
        },
      });
    const [fused, plain] = [await run(true), await run(false)];
    for (const part of ["grad_x", "grad_W", "grad_b"]) {
      assertClose(fused[part], plain[part], { name: part, rtol: 1e-5 });
    }
  });
}

/** Two layers, [64, 8] and [16, 8] with biases, and one whose weight ends where no other may begin. */
function layers() {
  const of = (seed: number, shape: number[]) => ({
    shape,
    data: random(seed, shape.reduce((a, b) => a * b, 1)),
  });
  return createParameters(devices[0].gpu, {
    W_a: of(1, [64, 8]),
    W_b: of(2, [16, 8]),
    odd: of(3, [3, 8]),
    b_a: of(4, [64]),
    b_b: of(5, [16]),
  }).tensors;
}

Deno.test("joinedLinear() gives the results and gradients of its layers one by one, also where one is used twice", async () => {
  const { W_a, W_b, b_a, b_b } = layers(), [{ gpu }] = devices, list = [W_a, W_b, b_a, b_b];
  const x = parameter(gpu, [5, 8], random(6, 40)), grad_y = random(7, 5 * 80);
  const joint = { W: [W_a, W_b], bias: [b_a, b_b] };
  const found = await gradients(gpu, { x }, { forward: () => joinedLinear(x, joint), grad_y });
  const joined = await Promise.all(list.map(({ grad }) => grad!.read()));
  const part = (from: number, width: number) =>
    Float32Array.from(
      { length: 5 * width },
      (_, i) => grad_y[(i / width | 0) * 80 + from + i % width],
    );
  let at = 0;
  for (const [W, bias] of [[W_a, b_a], [W_b, b_b]]) {
    const n = bias.columns, forward = () => linear(x, W, { bias });
    const alone = await gradients(gpu, { x }, { forward, grad_y: part(at, n) });
    const rows = Array.from(
      { length: 5 },
      (_, r) => [...found.y.slice(r * 80 + at, r * 80 + at + n)],
    );
    assertEquals(rows.flat(), [...alone.y]);
    assertEquals(await W.grad!.read(), joined[list.indexOf(W)]);
    assertEquals(await bias.grad!.read(), joined[list.indexOf(bias)]);
    at += n;
  }
  const both = () => add(sum(joinedLinear(x, joint)), sum(linear(x, W_b)));
  withGradients(gpu, list, both);
  const twice = await W_b.grad!.read();
  withGradients(gpu, list, () => sum(linear(x, W_b)));
  assertClose(twice, (await W_b.grad!.read()).map((v) => 2 * v), { name: "W_b", rtol: 1e-6 });
});

Deno.test("layersJoin() is false where memory has a gap or one layer alone is frozen", () => {
  const { W_a, W_b, odd, b_a, b_b } = layers(), [{ gpu }] = devices;
  const x = upload(gpu, { shape: [5, 8], data: random(6, 40) }), joint = { W: [W_a, W_b] };
  assertEquals(layersJoin(joint), true);
  assertEquals(layersJoin({ W: [W_b, odd] }), true);
  assertEquals(layersJoin({ W: [odd, W_b] }), false);
  assertEquals(layersJoin({ ...joint, bias: [b_b, b_a] }), false);
  assertThrows(() => joinedLinear(x, { W: [W_b, W_a] }), RangeError, "behind one another");
  W_b.requiresGrad = false;
  withGradients(gpu, [W_a, W_b], () => {
    assertEquals(layersJoin(joint), false);
    return sum(linear(x, W_a));
  });
});
