/**
 * Opening: the adapter, its limits and features, and a test kernel that shows that it computes.
 * @module
 */
import { anything, exactly, expectForm, flag, maybe, whole } from "../io/form.ts";
import { checkCanary } from "./canary.ts";
import { dawnName, implementationOf } from "./dawn.ts";
import type { DeviceFacts } from "./device.ts";
import { driverOf } from "./driver.ts";
import { Gpu } from "./gpu.ts";

/** How to open a device. */
export type OpenOptions = {
  /**
   * The implementation of WebGPU: `await dawn()`, or the runtime's own, which is the default unless
   * CROSSLAB_WEBGPU names another and the program may read that variable.
   */
  gpu?: GPU;
  /**
   * What kernels take the adapter for, where it is something else: tests run the branches for GPUs
   * on a CPU adapter with it. Results stay right, speed does not.
   */
  pretend?: Pretended;
  /**
   * Bytes that a kernel is given at once, below the adapter's limit: tests split small tensors with
   * it.
   */
  maxBinding?: number;
};

/**
 * `isCpu`: a software adapter, or none. `subgroupSize`: 0 for one without subgroups of a fixed
 * width; any other but the adapter's own is refused, since kernels would add up the wrong lanes.
 */
export type Pretended = { isCpu?: boolean; subgroupSize?: number };

const OPTIONS = exactly({
  gpu: maybe(anything),
  pretend: maybe(exactly({ isCpu: maybe(flag), subgroupSize: maybe(whole()) })),
  maxBinding: maybe(whole(256)),
});

const WANTED: GPUFeatureName[] = ["subgroups" as GPUFeatureName, "timestamp-query"];

/** What the kernels need; WebGPU guarantees it, drivers below WebGPU may not. */
const NEEDED = {
  maxStorageBuffersPerShaderStage: 8,
  maxComputeWorkgroupStorageSize: 16_384,
  maxComputeInvocationsPerWorkgroup: 256,
  maxComputeWorkgroupSizeX: 256,
  maxComputeWorkgroupsPerDimension: 65_535,
  maxStorageBufferBindingSize: 2 ** 27,
  maxUniformBufferBindingSize: 2 ** 16,
};

/**
 * Opens the fastest adapter with its real limits and checks with a canary kernel that it computes.
 *
 * Throws where there is no adapter, where it has less than WebGPU guarantees, and where it does not
 * compute. Kernels do without subgroups where these are not neighbours in a workgroup, and the key
 * says so where a driver takes it that there is no NaN: a training that diverges may go unnoticed
 * there, and nothing else depends on NaN.
 *
 * ```ts
 * import { openGpu } from "./open.ts";
 * using gpu = await openGpu();
 * console.log(gpu.description);
 * ```
 */
export async function openGpu(options: OpenOptions = {}): Promise<Gpu> {
  expectForm("open a GPU", options, OPTIONS);
  const gpu = options.gpu ?? await chosen() ?? navigator.gpu;
  const adapter = await gpu?.requestAdapter({ powerPreference: "high-performance" });
  if (!adapter) {
    throw new Error(
      "Cannot open a GPU: expected a Vulkan, Metal or DirectX 12 adapter but found none: " +
        "on Linux without a GPU install Mesa's lavapipe (Debian: apt-get install mesa-vulkan-drivers)",
    );
  }
  checkLimits(adapter);
  const device = await requestDevice(adapter);
  const facts = pretending(factsOf(adapter, device, gpu), options.pretend);
  const opened = new Gpu(device, { ...facts, maxBinding: options.maxBinding });
  implementations.set(opened, gpu);
  try {
    const { keepsNan, inOrder } = await checkCanary(opened);
    if (keepsNan && inOrder) return opened;
    // The first one is left: the device is the same.
    const known = new Gpu(device, {
      ...facts,
      subgroupSize: inOrder ? facts.subgroupSize : 0,
      maxBinding: options.maxBinding,
      quirks: keepsNan ? undefined : "loses NaN",
    });
    implementations.set(known, gpu);
    return known;
  } catch (error) {
    opened[Symbol.dispose]();
    throw error;
  }
}

/** Dawn's devices end with it, so that it has to live as long as they do. */
const implementations = new WeakMap<Gpu, GPU>();

/** What the variable asks for, where the program may read it. */
async function chosen(): Promise<GPU | undefined> {
  const variable = "CROSSLAB_WEBGPU";
  const { state } = await Deno.permissions.query({ name: "env", variable });
  const text = state === "granted" ? Deno.env.get(variable) : undefined;
  return text === undefined ? undefined : await implementationOf(text);
}

function factsOf({ info: given }: GPUAdapter, device: GPUDevice, gpu: GPU): DeviceFacts {
  const info = given as GPUAdapterInfo & { subgroupMinSize?: number; subgroupMaxSize?: number };
  const { subgroupMinSize: width, subgroupMaxSize } = info;
  const description = info.description || `${info.vendor} ${info.architecture}`;
  const enableSubgroups = !("Deno" in globalThis && device instanceof GPUDevice);
  return {
    description,
    subgroupSize: width !== undefined && width === subgroupMaxSize ? width : 0,
    isCpu: info.isFallbackAdapter || /llvmpipe|lavapipe|swiftshader/i.test(info.description),
    enableSubgroups,
    versions: `${
      enableSubgroups ? dawnName(gpu) ?? "another WebGPU than Deno's" : `Deno ${Deno.version.deno}`
    }, driver ${driverOf(description)}`,
  };
}

function pretending(
  facts: DeviceFacts,
  { isCpu = facts.isCpu, subgroupSize = facts.subgroupSize }: Pretended = {},
): DeviceFacts {
  if (subgroupSize !== 0 && subgroupSize !== facts.subgroupSize) {
    throw new RangeError(
      `Cannot open a GPU: expected to pretend a subgroup width of 0 or the adapter's own ` +
        `${facts.subgroupSize} but found ${subgroupSize}: kernels would add up the wrong lanes`,
    );
  }
  const pretended = isCpu === facts.isCpu ? undefined : `as a ${isCpu ? "CPU" : "GPU"}`;
  return { ...facts, isCpu, subgroupSize, pretended };
}

function checkLimits({ limits, info }: GPUAdapter): void {
  for (const [name, needed] of Object.entries(NEEDED)) {
    const found = limits[name as keyof typeof NEEDED];
    if (found >= needed) continue;
    throw new Error(
      `Cannot use adapter "${
        info.description || info.vendor
      }": expected ${name} of at least ${needed}, ` +
        `as WebGPU guarantees, but found ${found}: choose a Vulkan, Metal or DirectX 12 adapter ` +
        "(DENO_WEBGPU_BACKEND=vulkan,metal,dx12)",
    );
  }
}

/** Deno hides features that it grants, so each wanted one is asked for and given up singly. */
async function requestDevice(adapter: GPUAdapter): Promise<GPUDevice> {
  const { limits } = adapter;
  const requiredLimits = {
    maxStorageBufferBindingSize: limits.maxStorageBufferBindingSize,
    maxBufferSize: limits.maxBufferSize,
    maxStorageBuffersPerShaderStage: limits.maxStorageBuffersPerShaderStage,
    maxComputeWorkgroupStorageSize: limits.maxComputeWorkgroupStorageSize,
    maxComputeInvocationsPerWorkgroup: limits.maxComputeInvocationsPerWorkgroup,
    maxComputeWorkgroupSizeX: limits.maxComputeWorkgroupSizeX,
  };
  const wanted = [...WANTED];
  while (true) {
    try {
      return await adapter.requestDevice({ requiredFeatures: wanted, requiredLimits });
    } catch (error) {
      if (!(error instanceof TypeError) || wanted.length === 0) throw error;
      const refused = wanted.findIndex((name) => error.message.includes(name));
      wanted.splice(refused < 0 ? wanted.length - 1 : refused, 1);
    }
  }
}
