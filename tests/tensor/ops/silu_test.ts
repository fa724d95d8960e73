// Fixture: tests/fixtures/llama_ops.py (PyTorch, float64), values from −90, where e^(−x) overflows in float32, to 20.
import { assert, assertEquals } from "@std/assert";
import { silu } from "../../../lib/tensor/ops/silu.ts";
import { upload } from "../../../lib/tensor/tensor.ts";
import * as reference from "../../reference/silu.ts";
import { assertClose, fixture, values } from "../../util.ts";
import { devices, gradients, padding, parameter, takenForGpu } from "../gpu_util.ts";

const { x, y, grad_y, grad_x } = values(await fixture("llama_ops"), "silu.");

Deno.test("the reference of silu() is PyTorch's in float64", () => {
  assertClose(Array.from(x, reference.silu), y, { name: "y", rtol: 1e-7, atol: 1e-38 });
  const slopes = Array.from(x, (v, i) => grad_y[i] * reference.siluSlope(v));
  assertClose(slopes, grad_x, { name: "grad_x", rtol: 2e-7, atol: 1e-38 });
});

for (const { gpu, name } of [...devices, await takenForGpu()]) {
  Deno.test(`silu() and its gradient keep six places of themselves, tails included, ${name}`, async () => {
    const a = parameter(gpu, [7, 13], x);
    const found = await gradients(gpu, { a }, { forward: () => silu(a), grad_y });
    // e^(−x) loses some units in the last place for each unit of x; below 1e-36 a quotient may be taken for 0.
    assertClose(found.y, y, { name: "y", rtol: 1e-5, atol: 1e-36 });
    assertClose(found.grad_a, grad_x, { name: "grad", rtol: 2e-5, atol: 1e-6 });
    for (const tensor of [silu(a), a.gradSlot!]) {
      assert((await padding(tensor)).every((value) => value === 0));
    }
  });

  Deno.test(`silu() shows a NaN, ${name}`, async () => {
    const a = upload(gpu, { shape: [3], data: Float32Array.of(1, NaN, -1) });
    assertEquals([...await silu(a).read()].map(Number.isNaN), [false, true, false]);
  });
}
