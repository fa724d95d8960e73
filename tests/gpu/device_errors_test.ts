// What a device finds wrong: named after what was going on, told once.
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import type { Gpu } from "../../lib/gpu/gpu.ts";
import { openGpu } from "../../lib/gpu/open.ts";
import { loadKernel } from "../../lib/gpu/kernel.ts";
import { record } from "../../lib/gpu/program.ts";
import { add } from "../../lib/tensor/ops/arithmetic.ts";
import { upload, zeros } from "../../lib/tensor/tensor.ts";

const BROKEN = "@compute @workgroup_size(8) fn main() { let x: u32 = 1.5; }";
const WRITES = `@group(0) @binding(0) var<storage, read_write> out: array<u32>;
@compute @workgroup_size(8) fn main() { out[0] = 1u; }`;

/** Every way to use a GPU, each refused with `message`. */
async function refusesAll(gpu: Gpu, uses: (() => unknown)[], message: string): Promise<void> {
  for (const use of uses) {
    const error = await assertRejects(async () => await use(), Error, message);
    assert(error.message.startsWith("Cannot use this GPU"), error.message);
  }
  assertEquals(gpu.immediate.size, 0, "nothing waits to fail again");
}

function uses(gpu: Gpu, held: ReturnType<typeof zeros>): (() => unknown)[] {
  return [
    () => gpu.check(),
    () => held.read(),
    () => held.write(new Float32Array(4)),
    () => add(held, held),
    () => upload(gpu, { shape: [1], data: Float32Array.of(1) }),
    () => loadKernel(gpu, { name: "other", source: WRITES, entry: "main" }),
    () => record(gpu, "program", () => add(held, held)),
  ];
}

Deno.test("a device error is told once, under the name of its cause, then the GPU is unusable", async () => {
  using gpu = await openGpu();
  const held = zeros(gpu, [4]), sum = add(held, held);
  loadKernel(gpu, { name: "broken", source: BROKEN, entry: "main" });
  loadKernel(gpu, { name: "later", source: WRITES, entry: "main" });
  const first = await assertRejects(() => sum.read(), Error);
  assert(first.message.startsWith("Cannot go on with kernel broken.main: "), first.message);
  await refusesAll(gpu, uses(gpu, held), "one that failed before (kernel broken.main)");
  held.release();
  sum.release();
});

Deno.test("a device error of a dispatch names its kernel, not what came after", async () => {
  using gpu = await openGpu();
  const kernel = loadKernel(gpu, { name: "write", source: WRITES, entry: "main" });
  const out = zeros(gpu, [200], "u32");
  const bindings = { out: { ...out.range, offset: 4, size: 64 } };
  gpu.recorder.dispatch(kernel, { bindings, workgroups: [1, 1, 1] });
  const a = zeros(gpu, [4]), sum = add(a, a);
  const error = await assertRejects(() => sum.read(), Error);
  assert(error.message.startsWith("Cannot go on with write.main: "), error.message);
});

Deno.test("a lost device is told once, then the GPU is unusable", async () => {
  using gpu = await openGpu();
  const held = zeros(gpu, [4]);
  gpu.device.destroy();
  await assertRejects(() => held.read(), Error, "expected a working device but it");
  await refusesAll(gpu, uses(gpu, held), "one that failed before");
});

Deno.test("a closed GPU says so, and lets go of what it made", async () => {
  const gpu = await openGpu();
  const held = zeros(gpu, [4]), program = record(gpu, "program", () => add(held, held));
  gpu[Symbol.dispose]();
  await assertRejects(() => held.read(), Error, "went with its GPU");
  assertThrows(() => held.range, Error, "went with its GPU");
  await refusesAll(gpu, [() => gpu.check(), () => zeros(gpu, [1])], "one that was closed");
  assertThrows(() => program.run(), Error, "one that was closed");
  held.release();
  program[Symbol.dispose]();
  gpu[Symbol.dispose]();
});
