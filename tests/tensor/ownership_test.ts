// A tensor belongs to whoever made it: released once, of no use afterwards, its memory given back.
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { openGpu } from "../../lib/gpu/open.ts";
import { record } from "../../lib/gpu/program.ts";
import { add } from "../../lib/tensor/ops/arithmetic.ts";
import { addInto } from "../../lib/tensor/ops/elementwise.ts";
import { matmul } from "../../lib/tensor/ops/matmul/matmul.ts";
import { reshape, view } from "../../lib/tensor/ops/reshape.ts";
import { mean, squaredNorm } from "../../lib/tensor/ops/sum.ts";
import { createParameters, releaseParameters } from "../../lib/tensor/parameters.ts";
import { withGradients } from "../../lib/tensor/gradients.ts";
import { readIds } from "../../lib/tensor/read.ts";
import { upload, uploadIds, zeros } from "../../lib/tensor/tensor.ts";
import { random } from "../util.ts";

const values = random(1, 12);

Deno.test("upload(), uploadIds() and zeros() give their memory back when released, pending work or not", async () => {
  using gpu = await openGpu();
  const before = gpu.memory.bytes;
  const data = new Float32Array(1 << 18);
  for (let i = 0; i < 300; i++) upload(gpu, { shape: [data.length], data }).release();
  for (let i = 0; i < 300; i++) zeros(gpu, [1000]).release();
  for (let i = 0; i < 300; i++) uploadIds(gpu, [2], [1, 2]).release();
  assertEquals(gpu.memory.bytes, before);
  const a = upload(gpu, { shape: [3, 4], data: values });
  const sum = add(a, a);
  a.release();
  assertEquals(await sum.read(), values.map((x) => 2 * x), "the buffer outlives pending work");
  for (let i = 0; i < 600; i++) add(sum, sum).release();
  gpu.memory.trim();
  assertEquals(await sum.read(), values.map((x) => 2 * x), "so do those that trim() destroys");
});

Deno.test("a released tensor is refused by every use", async () => {
  using gpu = await openGpu();
  const other = upload(gpu, { shape: [3, 4], data: values });
  const makers = [() => add(other, other), () => upload(gpu, { shape: [3, 4], data: values })];
  for (const make of makers) {
    const gone = make(), seen = view(gone, [12]);
    gone.release();
    const uses = [
      () => gone.write(values),
      () => add(gone, other),
      () => addInto(gone, other),
      () => matmul(other, gone, "NT"),
      () => reshape(gone, [12]),
      () => mean(gone),
      () => add(seen, seen),
      () => seen.write(values),
    ];
    for (const use of uses) assertThrows(use, Error, "expected one that is still held");
    await assertRejects(() => gone.read(), Error, "expected one that is still held");
    assertThrows(() => gone.release(), Error, "release each tensor once");
  }
  assertEquals(await other.read(), values);
});

Deno.test("release() of one of two tensors over the same memory leaves the other, and refuses views", async () => {
  using gpu = await openGpu();
  const a = upload(gpu, { shape: [3, 4], data: values });
  const b = reshape(a, [12]);
  a.release();
  assertThrows(() => a.release(), Error, "expected one that is still held");
  assertThrows(() => view(b, [3, 4]).release(), Error, "found a view");
  assertEquals(await b.read(), values);
  const parameters = createParameters(gpu, { W: { shape: [3, 4], data: values } });
  assertThrows(() => parameters.tensors.W.release(), Error, "found a view");
  assertEquals(await parameters.tensors.W.read(), values);
  releaseParameters(parameters);
  await assertRejects(() => parameters.tensors.W.read(), Error, "still held");
});

Deno.test("createParameters() takes memory for gradients when the first is asked for, in one piece", async () => {
  using gpu = await openGpu();
  const before = gpu.memory.bytes, data = random(1, 1024), array = { shape: [1024], data };
  const parameters = createParameters(gpu, { W: array, b: array });
  assertEquals(gpu.memory.bytes - before, 4 * 2048);
  const { W, b } = parameters.tensors;
  withGradients(gpu, [W, b], () => squaredNorm(W)).release();
  assertEquals(await W.grad!.read(), data.map((x) => 2 * x));
  assertEquals(await b.grad!.read(), new Float32Array(1024));
  gpu.memory.trim();
  assertEquals(gpu.memory.bytes - before, 4 * 4096);
  releaseParameters(parameters);
  assertEquals(gpu.memory.bytes, before);
});

Deno.test("using gives a tensor back at the end of its block, once", async () => {
  using gpu = await openGpu();
  const before = gpu.memory.bytes;
  {
    using a = upload(gpu, { shape: [1000], data: random(1, 1000) });
    using b = zeros(gpu, [1000]);
    b.release();
    assert(a.held && !b.held && gpu.memory.bytes > before);
  }
  assertEquals(gpu.memory.bytes, before);
});

Deno.test("a Program holds the tensors that it uses until it is disposed of", async () => {
  using gpu = await openGpu();
  const before = gpu.memory.bytes;
  const a = upload(gpu, { shape: [3, 4], data: values }), b = add(a, a);
  const sum = zeros(gpu, [3, 4]);
  const program = record(gpu, "sum", () => addInto(sum, matmul(a, matmul(b, a, "TN"))));
  a.release();
  b.release();
  const others = [1, 2, 3].map(() => upload(gpu, { shape: [3, 4], data: random(9, 12) }));
  const more = others.map((tensor) => add(tensor, tensor));
  program.run();
  const once = await sum.read();
  assert(once.some((x) => x !== 0));
  program.run();
  assertEquals(await sum.read(), once.map((x) => Math.fround(x + x)));
  program[Symbol.dispose]();
  assertThrows(() => program.run(), Error, 'Cannot run "sum"');
  for (const tensor of [sum, ...others, ...more]) tensor.release();
  gpu.memory.trim();
  assertEquals(gpu.memory.bytes, before);
});

Deno.test("tensors made in a recording are refused after its program, and pending work on them is done", async () => {
  using gpu = await openGpu();
  using a = upload(gpu, { shape: [3, 4], data: values });
  let inside = a;
  const program = record(gpu, "double", () => inside = add(a, a));
  program.run();
  const sum = add(inside, a);
  program[Symbol.dispose]();
  assertEquals(await sum.read(), values.map((x) => Math.fround(2 * x + x)));
  await assertRejects(() => inside.read(), Error, 'went with the program "double"');
});

Deno.test("withGradients() on a tensor of one's own holds constant bytes once that is released", async () => {
  using gpu = await openGpu();
  const bytes = [];
  for (let i = 0; i < 4; i++) {
    using x = upload(gpu, { shape: [3, 4], data: values });
    x.requiresGrad = true;
    using loss = withGradients(gpu, [x], () => mean(x));
    assertEquals(await x.grad!.read(), new Float32Array(12).fill(Math.fround(1 / 12)));
    await loss.read();
    bytes.push(gpu.memory.bytes);
  }
  assertEquals(new Set(bytes.slice(1)).size, 1, `${bytes}`);
  const x = upload(gpu, { shape: [2], data: values.slice(0, 2) });
  x.requiresGrad = true;
  withGradients(gpu, [x], () => mean(x)).release();
  const grad = x.grad!;
  x.release();
  assertThrows(() => grad.range, Error, "gradient of a tensor released before");
});

Deno.test("upload() and uploadIds() refuse what are no numbers of that type, and hold nothing then", async () => {
  using gpu = await openGpu();
  const before = gpu.memory.bytes;
  const bad = (data: unknown) => data as Float32Array & number[];
  const cases: [() => unknown, string][] = [
    [() => uploadIds(gpu, [2], [1, -1]), "whole numbers from 0 to 4294967295 but found -1"],
    [() => uploadIds(gpu, [1], [1.5]), "but found 1.5"],
    [() => uploadIds(gpu, [1], [2 ** 32]), "but found 4294967296"],
    [() => uploadIds(gpu, [1], bad(Float32Array.of(NaN))), "but found NaN"],
    [() => upload(gpu, { shape: [1], data: bad(["1"]) }), "expected numbers but found 1"],
    [() => upload(gpu, { shape: [1], data: bad(undefined) }), "expected a list of numbers"],
    [() => upload(gpu, { shape: [2], data: Float32Array.of(1) }), "expected 2 values but found 1"],
    [() => upload(gpu, { shape: bad(2), data: Float32Array.of(1) }), "expected axes of at least 1"],
    [() => createParameters(gpu, { W: { shape: [3], data: values } }), "expected 3 values"],
  ];
  for (const [make, message] of cases) assertThrows(make, RangeError, message);
  assertEquals(gpu.memory.bytes, before);
  assertEquals(
    await readIds(uploadIds(gpu, [2], [0, 2 ** 32 - 1])),
    Uint32Array.of(0, 2 ** 32 - 1),
  );
});

Deno.test("readIds() gives u32 values that a float would round, which read() refuses", async () => {
  using gpu = await openGpu();
  const ids = Uint32Array.of(1, 2 ** 24 + 1, 2 ** 32 - 1);
  const tensor = uploadIds(gpu, [3], ids);
  assertEquals(await readIds(tensor), ids);
  await assertRejects(() => tensor.read(), RangeError, "up to 2^24 but found 16777217");
  assertEquals(await uploadIds(gpu, [2], [7, 2 ** 24]).read(), Float32Array.of(7, 2 ** 24));
  await assertRejects(() => readIds(zeros(gpu, [3])), TypeError, "expected a u32 tensor");
});

Deno.test("withGradients() is of use after a body that released what its tape needs", async () => {
  using gpu = await openGpu();
  const [x] = Object.values(
    createParameters(gpu, { x: { shape: [3, 4], data: values } }).tensors,
  );
  assertThrows(
    () =>
      withGradients(gpu, [x], () => {
        const y = add(x, x), z = matmul(y, x, "NT");
        y.release();
        return mean(z);
      }),
    Error,
    "released before",
  );
  withGradients(gpu, [x], () => mean(x));
  assertEquals((await x.grad!.read())[0], Math.fround(1 / 12));
});
