// What WebGPU guarantees of every adapter: https://www.w3.org/TR/webgpu/#limits. Each kernel in each of its variants has to
// do with it, and a device with nothing more has to compute what a larger one computes.
import { assert, assertEquals, assertRejects } from "@std/assert";
import { evaluateCoder, fitCrosscoder } from "../../lib/crosscoder/mod.ts";
import { createGptNeo, gptNeoConfig, initialWeights } from "../../lib/model/mod.ts";
import { openGpu, type OpenOptions } from "../../lib/gpu/open.ts";
import { entryInterface, expandWgsl } from "../../lib/gpu/wgsl.ts";
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

const folder = new URL("../../kernels/", import.meta.url);
const text = (name: string) => Deno.readTextFileSync(new URL(name, folder));
/** Every kernel's path below kernels/. */
const kernelNames = (room = ""): string[] =>
  [...Deno.readDirSync(new URL(room, folder))].flatMap(({ name, isDirectory }) =>
    isDirectory ? kernelNames(`${room}${name}/`) : [room + name]
  );
/** What a launcher puts before a kernel. */
const PRODUCT = ["matmul/epilogue.wgsl", "matmul/operands.wgsl"];
const BEFORE: Record<string, string | string[]> = {
  ...Object.fromEntries(
    ["attribution", "main_effects", "neuron_scores", "pair_differences", "penalty", "token_terms"]
      .map((name) => [`interactions/${name}.wgsl`, "interactions/phi.wgsl"]),
  ),
  "interactions/four_points.wgsl": "row_group.wgsl",
  "interactions/row_sizes.wgsl": "row_group.wgsl",
  "cross_entropy.wgsl": "row_group.wgsl",
  "layer_norm.wgsl": "row_group.wgsl",
  "rms_norm.wgsl": "row_group.wgsl",
  "matmul/panels.wgsl": "matmul/epilogue.wgsl",
  "matmul/subgroup.wgsl": "matmul/epilogue.wgsl",
  "matmul/sum_chunks.wgsl": "matmul/epilogue.wgsl",
  "matmul/tiled.wgsl": PRODUCT,
  "matmul/tiny.wgsl": PRODUCT,
};
/** Sizes that launchers choose, the largest that the guarantees have to bear. */
const SIZES: Record<string, number> = {
  GROUPS: 4,
  LANES: 64,
  SG: 8,
  D4: 64,
  BLOCK: 4,
  WIDTH4: 256,
  HEAD4: 16,
};

/** A kernel's text with every choice of the constants that `@if` asks for. */
function variantsOf(source: string): string[] {
  const asked = [...source.matchAll(/@if\(\s*(\w+)/g)].map(([, flag]) => flag);
  const flags = new Set(asked.filter((flag) => !(flag in SIZES)));
  let choices: Record<string, number>[] = [{}];
  for (const flag of flags) {
    choices = choices.flatMap((choice) => [0, 1, 2].map((value) => ({ ...choice, [flag]: value })));
  }
  const declared = [...source.matchAll(/^const (\w+)/gm)].map(([, name]) => name);
  const sizes = Object.entries(SIZES).filter(([name]) => declared.includes(name));
  return choices.map((choice) => expandWgsl(source, { ...Object.fromEntries(sizes), ...choice }));
}

const BYTES: Record<string, number> = { vec4f: 16, vec4u: 16, vec2u: 8, f32: 4, u32: 4 };

/** Bytes of `var<workgroup>`, arrays, nested ones and single values; lengths are products and quotients of constants. */
function workgroupBytes(source: string): number {
  const constants = new Map(
    [...source.matchAll(/^const (\w+)\s*(?::\s*\w+\s*)?=\s*([^;]+);/gm)].map(([, n, v]) => [n, v]),
  );
  const value = (expression: string): number =>
    expression.split("*").map((factor) =>
      factor.split("/").map((word) => {
        const known = constants.get(word.trim());
        return known === undefined ? parseInt(word) : value(known);
      }).reduce((a, b) => a / b)
    ).reduce((a, b) => a * b);
  const types = [...source.matchAll(/var<workgroup>\s+\w+\s*:\s*([^;]+);/g)];
  return types.reduce((sum, [, type]) => {
    const lengths = [...type.matchAll(/,\s*([^,<>]+)>/g)].map(([, length]) => value(length));
    const bytes = BYTES[/^(?:array<|atomic<)*(\w+)/.exec(type)![1]];
    assert(bytes > 0, type);
    return sum + bytes * lengths.reduce((a, b) => a * b, 1);
  }, 0);
}

Deno.test("every kernel binds at most eight storage buffers and four textures, and keeps within 16 KiB", () => {
  let entries = 0, most = 0, largest = 0;
  for (const name of kernelNames()) {
    const source = [BEFORE[name] ?? [], name].flat().map(text).join("");
    for (const variant of variantsOf(source)) {
      for (const [, entry] of variant.matchAll(/@compute[^{]*?\bfn\s+(\w+)/g)) {
        const { bindings } = entryInterface(variant, entry);
        const count = (pattern: RegExp) => bindings.filter(({ kind }) => pattern.test(kind)).length;
        const buffers = count(/^(read|write)$/);
        assert(buffers <= 8, `${name} ${entry} binds ${buffers} storage buffers`);
        assert(count(/Texture$/) <= 4, `${name} ${entry}`);
        entries++;
        most = Math.max(most, buffers);
      }
      largest = Math.max(largest, workgroupBytes(variant));
    }
  }
  // The walk has seen the kernels that need everything that there is.
  assert(entries > 50);
  assertEquals([most, largest], [8, 16_384]);
});

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
