// Values that are read before Deno says that they are there: the right ones, and nothing else kept waiting.
import { assert, assertEquals } from "@std/assert";
import { readsEarly } from "../../lib/gpu/early_read.ts";
import { openGpu } from "../../lib/gpu/open.ts";
import { standInGpu } from "../../lib/gpu/stand_in.ts";
import { add } from "../../lib/tensor/ops/arithmetic.ts";
import { readTensors } from "../../lib/tensor/read.ts";
import { upload, zeros } from "../../lib/tensor/tensor.ts";

Deno.test("readTensors() gives what was submitted before, of small and of large tensors at once", async () => {
  using gpu = await openGpu();
  const small = zeros(gpu, [3]), large = zeros(gpu, [2 ** 20 + 7]);
  for (let n = 1; n < 20; n++) {
    const one = upload(gpu, { shape: [3], data: Float32Array.of(1, 2, 3 * n) });
    const sum = add(small, one);
    const found = await readTensors(n % 5 === 0 ? [sum, large] : [sum]);
    assertEquals([...found[0]], [1, 2, 3 * n]);
    if (n % 5 === 0) assertEquals(found[1].length, 2 ** 20 + 7);
    for (const tensor of [one, sum]) tensor.release();
  }
  for (const tensor of [small, large]) tensor.release();
});

Deno.test("timers have their turn while one tensor after the other is read", async () => {
  using gpu = await openGpu();
  const x = zeros(gpu, [4]);
  let rung = false;
  const timer = setTimeout(() => rung = true, 1), start = performance.now();
  while (!rung && performance.now() - start < 4000) await x.read();
  clearTimeout(timer);
  x.release();
  assert(rung, "no timer in four seconds");
});

Deno.test("readsEarly() is for Deno's own WebGPU, in versions that were looked at", async () => {
  using gpu = await openGpu();
  assertEquals(readsEarly(gpu.device), Deno.version.deno.startsWith("2.9."));
  using other = standInGpu();
  assert(!readsEarly(other.device));
});
