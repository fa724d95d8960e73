// Fixture: tests/fixtures/ops.py (PyTorch float64): x [33, 21], W [19, 21].
import { linear, linearGelu } from "../../../lib/tensor/ops/linear.ts";
import { reshape } from "../../../lib/tensor/ops/reshape.ts";
import { upload } from "../../../lib/tensor/tensor.ts";
import { assertClose, fixture } from "../../util.ts";
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
