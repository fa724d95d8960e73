// What WebGPU guarantees of every adapter: https://www.w3.org/TR/webgpu/#limits. A device with nothing more has to compute
// what a larger one computes; tests/kernels/tint_test.ts has each kernel's text do with it.
import { assertEquals, assertRejects } from "@std/assert";
import { evaluateCoder, fitCrosscoder } from "../../lib/crosscoder/mod.ts";
import { createGptNeo, gptNeoConfig, initialWeights } from "../../lib/model/mod.ts";
import { openGpu, type OpenOptions } from "../../lib/gpu/open.ts";
import { trainLanguageModel } from "../../lib/model/train.ts";
import { stream } from "../../lib/numerics/random.ts";
import type { LoggedStep } from "../../lib/tensor/training.ts";

const GUARANTEED = {
  maxBufferSize: 2 ** 28,
  maxStorageBufferBindingSize: 2 ** 27,
  maxStorageBuffersPerShaderStage: 8,
  maxStorageTexturesPerShaderStage: 4,
  maxComputeWorkgroupStorageSize: 16_384,
  maxComputeInvocationsPerWorkgroup: 256,
  maxComputeWorkgroupSizeX: 256,
  maxComputeWorkgroupsPerDimension: 65_535,
  maxUniformBufferBindingSize: 65_536,
  maxTextureDimension2D: 8192,
  minUniformBufferOffsetAlignment: 256,
  minStorageBufferOffsetAlignment: 256,
};

/** WebGPU whose adapter has the given limits and whatever else the real one has. */
function webgpuWith(limits: Record<string, number>): GPU {
  const requestAdapter = async (options?: GPURequestAdapterOptions) => {
    const adapter = (await navigator.gpu.requestAdapter(options))!;
    const { info, features } = adapter;
    const requestDevice = (descriptor?: GPUDeviceDescriptor) => adapter.requestDevice(descriptor);
    return { info, features, limits, requestDevice } as unknown as GPUAdapter;
  };
  return { requestAdapter } as unknown as GPU;
}

/** What a language model and a crosscoder learn in a few steps. */
async function learn(options: OpenOptions) {
  using gpu = await openGpu(options);
  const random = stream(0, "limits");
  const config = gptNeoConfig({ d_vocab: 30, d_model: 16, n_layers: 2, n_heads: 2, n_ctx: 16 });
  const model = createGptNeo(gpu, config, initialWeights(config, random.stream("w"), { std: 0.3 }));
  const sequences = Array.from(
    { length: 16 },
    () => Uint32Array.from({ length: 16 }, () => random.int(30)),
  );
  const ids = Uint32Array.from({ length: 4 * 16 }, (_, i) => sequences[i >> 4][i % 16]);
  const batch = { ids, targets: ids, weights: new Float32Array(64).fill(1), batch: 4 };
  const steps: LoggedStep[] = [];
  await trainLanguageModel(model, Array(3).fill({ ...batch, sequenceLength: 16 }).values(), {
    name: "tiny",
    settings: { steps: 3, batch: 4, sequenceLength: 16, lr: 1e-3 },
    onLog: (rows) => steps.push(...rows),
  });
  const coder = await fitCrosscoder(model, sequences, {
    d_sae: 20,
    steps: 3,
    batch: 32,
    ramp: true,
  });
  const quality = await evaluateCoder(model, coder, sequences);
  const { device } = gpu;
  return {
    steps,
    arrays: coder.arrays,
    quality,
    buffers: device.limits.maxStorageBuffersPerShaderStage,
  };
}

for (const pretend of [{}, { subgroupSize: 0 }, { isCpu: false }]) {
  const kind = JSON.stringify(pretend);
  Deno.test(`openGpu() with the guaranteed limits trains a model and a crosscoder to the same bits, pretending ${kind}`, async () => {
    const found = await learn({ gpu: webgpuWith(GUARANTEED), pretend });
    assertEquals(found.buffers, 8);
    assertEquals(found, { ...await learn({ pretend }), buffers: 8 });
  });
}

Deno.test("openGpu() refuses an adapter with less than WebGPU guarantees", async () => {
  for (
    const name of ["maxStorageBuffersPerShaderStage", "maxComputeWorkgroupStorageSize"] as const
  ) {
    const gpu = webgpuWith({ ...GUARANTEED, [name]: GUARANTEED[name] / 2 });
    await assertRejects(
      () => openGpu({ gpu }),
      Error,
      `expected ${name} of at least ${GUARANTEED[name]}, as WebGPU guarantees, but found ${
        GUARANTEED[name] / 2
      }`,
    );
  }
});
