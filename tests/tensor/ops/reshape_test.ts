// A reshape is the same list of values; only where rows are padded otherwise has anything to move.
import { assert, assertEquals, assertThrows } from "@std/assert";
import { withGradients } from "../../../lib/tensor/gradients.ts";
import { multiply } from "../../../lib/tensor/ops/arithmetic.ts";
import { reshape, view } from "../../../lib/tensor/ops/reshape.ts";
import { sum } from "../../../lib/tensor/ops/sum.ts";
import { upload, uploadIds } from "../../../lib/tensor/tensor.ts";
import { random } from "../../util.ts";
import { devices, padding } from "../gpu_util.ts";

const [{ gpu }] = devices;
const CASES: [number[], number[]][] = [
  [[2, 3, 18], [2, 3, 3, 6]],
  [[2, 3, 3, 6], [2, 3, 18]],
  [[4, 6], [24]],
  [[5], [1, 5, 1]],
  [[7, 9], [3, 3, 7]],
  [[2, 8], [4, 4]],
];

for (const [from, to] of CASES) {
  Deno.test(`reshape() keeps the values and their gradient, [${from}] to [${to}]`, async () => {
    const size = from.reduce((a, b) => a * b), data = random(1, size), slopes = random(2, size);
    const x = upload(gpu, { shape: from, data });
    x.requiresGrad = true;
    const y = reshape(x, to);
    assertEquals([y.shape, await y.read()], [to, data]);
    assert((await padding(y)).every((value) => value === 0));
    y.release();
    const weights = upload(gpu, { shape: to, data: slopes });
    withGradients(gpu, [x], () => sum(multiply(reshape(x, to), weights)));
    assertEquals(await x.grad!.read(), slopes);
    assert((await padding(x.grad!)).every((value) => value === 0));
  });
}

Deno.test("reshape() over several bindings moves what one binding does", async () => {
  const data = random(1, 300 * 18), x = upload(gpu, { shape: [300, 18], data });
  const limit = gpu.maxBinding;
  Object.assign(gpu, { maxBinding: 64 * 24 * 4 });
  try {
    assertEquals(await reshape(x, [300, 3, 6]).read(), data);
    assertThrows(() => reshape(x, [18 * 300 / 27, 27]), RangeError, "to fit into a binding");
  } finally {
    Object.assign(gpu, { maxBinding: limit });
  }
});

Deno.test("reshape() refuses other numbers of values, and view() what it cannot borrow", () => {
  const x = upload(gpu, { shape: [4, 6], data: random(1, 24) });
  assertThrows(() => reshape(x, [5, 5]), RangeError, "but found [5,5]: count its values");
  assertThrows(() => view(x, [24]), RangeError, "only between multiples of four");
  x.requiresGrad = true;
  assertThrows(
    () => withGradients(gpu, [x], () => sum(view(x, [24]))),
    RangeError,
    "only between multiples of four",
  );
  const ids = uploadIds(gpu, [2, 3], [1, 2, 3, 4, 5, 6]);
  assertThrows(() => reshape(ids, [6]), RangeError, "expected x f32 [2,3] but found u32");
});
