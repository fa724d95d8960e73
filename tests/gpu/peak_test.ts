import { assert, assertEquals } from "@std/assert";
import { openGpu } from "../../lib/gpu/mod.ts";
import { zeros } from "../../lib/tensor/mod.ts";

Deno.test("a device tells the most bytes that it held since it was asked", async () => {
  using gpu = await openGpu();
  zeros(gpu, [1 << 20]).release();
  gpu.lasting.trim();
  const peak = gpu.takePeak(), after = gpu.takePeak();
  assert(peak >= 4 << 20, `${peak}`);
  assert(after < 4 << 20, `${after}`);
  using tensor = zeros(gpu, [1 << 18]);
  assertEquals(gpu.bytes, gpu.takePeak());
  assert(gpu.bytes >= 4 * tensor.size);
});
