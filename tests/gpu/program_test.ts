import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { checkCanary } from "../../lib/gpu/canary.ts";
import type { Device } from "../../lib/gpu/device.ts";
import { openGpu } from "../../lib/gpu/open.ts";
import { loadKernel } from "../../lib/gpu/kernel.ts";
import { Memory } from "../../lib/gpu/memory.ts";
import { record } from "../../lib/gpu/program.ts";
import { readBuffer } from "../../lib/gpu/read.ts";
import { linear } from "../../lib/tensor/ops/linear.ts";
import { addInto } from "../../lib/tensor/ops/elementwise.ts";
import { productInto } from "../../lib/tensor/ops/matmul/product.ts";
import { preferVariants } from "../../lib/tensor/ops/matmul/plan.ts";
import { empty, upload, zeros } from "../../lib/tensor/tensor.ts";
import { random } from "../util.ts";

/** Counts the GPU objects that a device makes from now on. */
function countObjects(device: GPUDevice): () => number {
  let count = 0;
  const made = device as unknown as Record<string, (...args: unknown[]) => unknown>;
  for (const name of OBJECTS) {
    const original = made[name].bind(device);
    made[name] = (...args) => {
      count++;
      return original(...args);
    };
  }
  return () => count;
}

const OBJECTS = [
  "createBuffer",
  "createTexture",
  "createBindGroup",
  "createBindGroupLayout",
  "createPipelineLayout",
  "createShaderModule",
  "createComputePipeline",
];

Deno.test("Program replays without making a GPU object, and computes the same again", async () => {
  using gpu = await openGpu();
  const x = upload(gpu, { shape: [40, 30], data: random(1, 1200) });
  const W = upload(gpu, { shape: [20, 30], data: random(2, 600) });
  const sum = zeros(gpu, [40, 20]);
  preferVariants(gpu, () => "panels");
  using program = record(gpu, "step", () => addInto(sum, linear(x, W)));
  assertEquals(program.size, 4);
  program.run();
  const once = await sum.read();
  const made = countObjects(gpu.device);
  program.run(2);
  assertEquals(made(), 0);
  assertEquals(await sum.read(), once.map((v) => Math.fround(Math.fround(v + v) + v)));
  assertEquals(made() > 0, true, "reading makes a staging buffer, which the count must see");
});

Deno.test("record() takes back a recording that fails, and refuses a second one inside", async () => {
  using gpu = await openGpu();
  assertThrows(
    () => record(gpu, "outer", () => record(gpu, "inner", () => {})),
    Error,
    'Cannot record "inner"',
  );
  const x = upload(gpu, { shape: [4], data: random(1, 4) });
  assertEquals((await x.read()).length, 4);
});

Deno.test("an invalid kernel is an error with the kernel's name, and the device says so again", async () => {
  using gpu = await openGpu();
  const source = "@compute @workgroup_size(8) fn main() { let x: u32 = 1.5; }";
  const compile = async () => {
    loadKernel(gpu, { name: "broken", source, entry: "main" });
    await readBuffer(gpu, zeros(gpu, [1]).range);
  };
  await assertRejects(compile, Error, "kernel broken.main");
  assertThrows(() => gpu.check(), Error, "kernel broken.main");
});

Deno.test("Recorder.dispatch() refuses missing tensors, wrong params and grids beyond the limit", async () => {
  using gpu = await openGpu();
  const source = `struct Params { n: u32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read_write> out: array<u32>;
@compute @workgroup_size(8) fn main() { out[0] = params.n; }`;
  const kernel = loadKernel(gpu, { name: "count", source, entry: "main" });
  const out = zeros(gpu, [1], "u32").range;
  const dispatch = (bindings = { out }, n = 1, x = 1) =>
    gpu.recorder.dispatch(kernel, { bindings, params: { n }, workgroups: [x, 1, 1] });
  assertThrows(() => dispatch({} as { out: typeof out }), TypeError, 'binding "out"');
  assertThrows(() => dispatch({ out }, 1.5), TypeError, "expected u32 n but found 1.5");
  assertThrows(() => dispatch({ out }, 1, 65536), RangeError, "at most 65535 workgroups");
});

Deno.test("loadKernel() takes a source that was changed under its name as it is now", async () => {
  using gpu = await openGpu();
  const found = [];
  for (const value of [1, 2]) {
    const source = `@group(0) @binding(0) var<storage, read_write> out: array<f32>;
@compute @workgroup_size(1) fn main() { out[0] = ${value}; }`;
    const out = zeros(gpu, [1]), kernel = loadKernel(gpu, { name: "own", source, entry: "main" });
    gpu.recorder.dispatch(kernel, { bindings: { out: out.range }, workgroups: [1, 1, 1] });
    found.push((await out.read())[0]);
  }
  assertEquals(found, [1, 2]);
});

Deno.test("checkCanary() refuses an adapter that answers but does not compute", async () => {
  using gpu = await openGpu();
  const { immediate } = gpu;
  const { dispatch } = immediate;
  immediate.dispatch = () => {};
  await assertRejects(() => checkCanary(gpu), Error, "expected a test kernel to write 1, 8, 15");
  immediate.dispatch = dispatch;
  await checkCanary(gpu);
});

Deno.test("Memory hands released buffers and textures out again, pinned ones never", async () => {
  using gpu = await openGpu();
  const first = empty(gpu, [10, 10]), { buffer } = first.storage;
  first.release();
  assertThrows(() => first.release(), Error, "expected one that is still held");
  assertEquals(empty(gpu, [10, 9]).storage.buffer === buffer, true, "same size class");
  const pinned = zeros(gpu, [10, 10]), { buffer: own } = pinned.storage;
  pinned.release();
  assertThrows(() => pinned.storage.buffer, Error, "expected one that is still held");
  assertEquals(empty(gpu, [10, 10]).storage.buffer === own, false);
  const { textures } = gpu.memory;
  const texels = textures.allocate(5000);
  textures.release(texels);
  assertEquals(textures.allocate(4900).texture === texels.texture, true);
  assertEquals(textures.allocate(4900).texture === texels.texture, false);
  assertEquals(textures.holds(2 ** 40), false);
  const before = gpu.memory.bytes;
  empty(gpu, [100, 100]).release();
  gpu.memory.trim();
  assertEquals(gpu.memory.bytes, before);
});

Deno.test("Memory gives buffers up to the adapter's limit, and refuses more, or no number, before it makes any", () => {
  const sizes: number[] = [];
  const createBuffer = ({ size }: GPUBufferDescriptor) => (sizes.push(size), { size });
  const device = { limits: { maxBufferSize: 1001 }, createBuffer };
  const memory = new Memory(
    {
      device,
      check: () => {},
      count: () => {},
      attribute: (_: string, run: () => unknown) => run(),
    } as unknown as Device,
    { flush: () => {}, afterFlush: (action) => action() },
  );
  for (const bytes of [100, 900, 1000]) memory.allocate(bytes);
  assertEquals(sizes, [256, 1000, 1000]);
  for (const bytes of [1002, 2 ** 40, NaN]) {
    assertThrows(
      () => memory.allocate(bytes),
      RangeError,
      `expected at most 1001 bytes, the adapter's limit, but found ${bytes}`,
    );
  }
  assertEquals(sizes.length, 3);
});

Deno.test("tensors of more values than any buffer holds are refused", async () => {
  using gpu = await openGpu();
  for (const shape of [[2 ** 20, 2 ** 20], [2 ** 31, 2 ** 31, 2 ** 31]]) {
    assertThrows(() => zeros(gpu, shape), RangeError, "expected at most");
    assertThrows(() => upload(gpu, { shape, data: new Float32Array(4) }), RangeError, "at most");
  }
});

Deno.test("productInto() gives the same bits inside a recording as outside", async () => {
  using gpu = await openGpu();
  const a = upload(gpu, { shape: [70, 130], data: random(1, 9100) });
  const b = upload(gpu, { shape: [130, 50], data: random(2, 6500) });
  const [inside, outside] = [zeros(gpu, [70, 50]), zeros(gpu, [70, 50])];
  productInto("NN", { a, b, c: outside });
  using program = record(gpu, "product", () => productInto("NN", { a, b, c: inside }));
  program.run();
  assertEquals(await inside.read(), await outside.read());
});

Deno.test("record() refuses what is no function, and an async one, which would record nothing", async () => {
  using gpu = await openGpu();
  // deno-lint-ignore no-explicit-any -- what a notebook may pass
  assertThrows(() => record(gpu, "x", "y" as any), RangeError, "expected body to be a function");
  assertThrows(() => record(gpu, "late", async () => await Promise.resolve()), TypeError, "async");
});
