// Dawn's null backend needs no driver: Tint compiles, nothing is computed.
import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { dawn, implementationOf } from "../../lib/gpu/dawn.ts";
import { openGpu } from "../../lib/gpu/open.ts";

// What Dawn has promised has to come before the file ends, or it takes the process with it.
Deno.test.afterAll(() => new Promise<void>((done) => setTimeout(done, 20)));

/** What Tint says to a kernel with this body. */
async function verdict(gpu: GPU, body: string): Promise<string[]> {
  const adapter = await gpu.requestAdapter();
  const device = await adapter!.requestDevice({
    requiredFeatures: ["subgroups" as "float32-filterable"],
  });
  const code = `enable subgroups;
    @group(0) @binding(0) var<storage, read_write> x: array<f32>;
    @compute @workgroup_size(32) fn main(@builtin(local_invocation_index) i: u32) { ${body} }`;
  device.pushErrorScope("validation"); // a refusal is told by the messages alone
  const { messages } = await device.createShaderModule({ code }).getCompilationInfo();
  await device.popErrorScope();
  device.destroy();
  return messages.map(({ type, message }) => `${type}: ${message}`);
}

/** The adapter, which has no subgroups, as one with subgroups of this width. */
async function withSubgroups(gpu: GPU, width: number) {
  const adapter = (await gpu.requestAdapter())!;
  return {
    info: { description: "null", subgroupMinSize: width, subgroupMaxSize: width },
    limits: adapter.limits,
    requestDevice: (asked: GPUDeviceDescriptor) => adapter.requestDevice(asked),
  };
}

Deno.test("dawn() compiles kernels without a driver and refuses what Deno lets pass", async () => {
  const gpu = await dawn({ backend: "null" });
  assertEquals(await verdict(gpu, "x[0] = subgroupAdd(1.0);"), []);
  const [found] = await verdict(gpu, "if (x[i] > 0) { x[i] = subgroupAdd(1.0); }");
  assertMatch(
    found,
    /^error: 'subgroupAdd' must only be called from subgroup uniform control flow/,
  );
});

Deno.test("openGpu() takes Dawn as the implementation, and its canary sees that a null device computes nothing", async () => {
  const gpu = await dawn({ backend: "null" });
  for (const width of [0, 8, 32]) {
    const wide = { requestAdapter: () => withSubgroups(gpu, width) } as unknown as GPU;
    await assertRejects(
      () => openGpu({ gpu: wide }),
      Error,
      "expected a test kernel to write 1, 8",
    );
  }
});

Deno.test("CROSSLAB_WEBGPU is deno, dawn, or dawn with toggles that it knows", async () => {
  assertEquals(await implementationOf("deno"), undefined);
  const unchecked = await implementationOf("dawn:disable_robustness,disable_workgroup_init");
  assertEquals(typeof unchecked?.requestAdapter, "function");
  for (
    const wrong of ["", "Dawn", "dwan", "dawn:", "dawn:disable_robustnes", "deno:skip_validation"]
  ) {
    await assertRejects(() => implementationOf(wrong), RangeError, "expected", wrong);
  }
});
