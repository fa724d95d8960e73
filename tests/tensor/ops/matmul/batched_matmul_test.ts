// Worst error seen: 4e-7 of the root mean square.
import { assertEquals, assertThrows } from "@std/assert";
import { openGpu } from "../../../../lib/gpu/open.ts";
import { batchedMatmul } from "../../../../lib/tensor/ops/matmul/batched_matmul.ts";
import { possibleVariants, preferVariants } from "../../../../lib/tensor/ops/matmul/plan.ts";
import { matmul as plainMatmul } from "../../../reference/matmul.ts";
import { upload } from "../../../../lib/tensor/tensor.ts";
import { assertClose, random } from "../../../util.ts";
import { devices, gradients, parameter } from "../../gpu_util.ts";

const { gpu } = devices[0];
const [batch, m, n, k] = [5, 35, 13, 21];
const aData = random(1, batch * m * k), bData = random(2, batch * k * n);

for (const form of ["NN", "NT", "TN"] as const) {
  Deno.test(`batchedMatmul() ${form} and its gradients equal float64 in every variant`, async () => {
    const [transposeA, transposeB] = [form === "TN", form === "NT"];
    const a = parameter(gpu, transposeA ? [batch, k, m] : [batch, m, k], aData);
    const b = parameter(gpu, transposeB ? [batch, n, k] : [batch, k, n], bData);
    const grad_y = random(3, batch * m * n);
    const wanted = plainMatmul(aData, bData, { batch, m, n, k, transposeA, transposeB });
    const grad_a = transposeA
      ? plainMatmul(bData, grad_y, { batch, m: k, n: m, k: n, transposeB: true })
      : plainMatmul(grad_y, bData, { batch, m, n: k, k: n, transposeB: !transposeB });
    const grad_b = transposeB
      ? plainMatmul(grad_y, aData, { batch, m: n, n: k, k: m, transposeA: true })
      : plainMatmul(aData, grad_y, { batch, m: k, n, k: m, transposeA: !transposeA });
    // Kernels with barriers take seconds to compile here: one of them stands for all, in one form.
    const kernels = possibleVariants(gpu).filter((name) => !/^ti/.test(name));
    for (const variant of form === "NN" ? [...kernels, "tiny" as const] : kernels) {
      preferVariants(gpu, () => variant);
      const found = await gradients(gpu, { a, b }, {
        forward: () => batchedMatmul(a, b, form),
        grad_y,
      });
      for (const [name, values] of Object.entries({ y: wanted, grad_a, grad_b })) {
        assertClose(found[name], values, { name: `${variant} ${name}`, rtol: 3e-6 });
      }
    }
    preferVariants(gpu, () => undefined);
  });
}

Deno.test("batchedMatmul() takes batches beyond the binding limit in pieces", async () => {
  using narrow = await openGpu({ maxBinding: 65536 });
  const count = 150;
  const [left, right] = [random(1, count * 15), random(2, count * 35)];
  const a = upload(narrow, { shape: [count, 3, 5], data: left });
  const b = upload(narrow, { shape: [count, 5, 7], data: right });
  const wide = upload(narrow, { shape: [count, 5, 40], data: random(4, count * 200) });
  const before = narrow.immediate.size;
  const c = batchedMatmul(a, b);
  assertEquals(narrow.immediate.size - before, 1);
  const d = batchedMatmul(a, wide);
  assertEquals(narrow.immediate.size - before, 4);
  const size = { batch: count, m: 3, k: 5 };
  assertClose(await c.read(), plainMatmul(left, right, { ...size, n: 7 }), {
    name: "c",
    rtol: 3e-6,
  });
  const wanted = plainMatmul(left, await wide.read(), { ...size, n: 40 });
  assertClose(await d.read(), wanted, { name: "d", rtol: 3e-6 });
});

Deno.test("batchedMatmul() refuses batches that differ", () => {
  const make = (shape: number[]) =>
    upload(gpu, { shape, data: new Float32Array(shape.reduce((x, y) => x * y)) });
  assertThrows(() => batchedMatmul(make([2, 3, 4]), make([3, 4, 5])), RangeError, "equal batches");
  assertThrows(
    () => batchedMatmul(make([2, 3, 4]), make([2, 3, 4])),
    RangeError,
    "check the sizes",
  );
});
