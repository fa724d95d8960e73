/**
 * Opening: the adapter, its limits and features, and a test kernel that shows that it computes.
 * @module
 */
import { anything, exactly, expectForm, flag, maybe, whole } from "../io/form.ts";
import { checkCanary } from "./canary.ts";
import { implementationOf } from "./dawn.ts";
import { Gpu } from "./gpu.ts";

/** How to open a device. */
export type OpenOptions = {
  /**
   * The implementation of WebGPU: `await dawn()`, or the runtime's own, which is the default unless
   * CROSSLAB_WEBGPU names another and the program may read that variable.
   */
  gpu?: GPU;
  /** False: kernels do without subgroups, as on adapters whose subgroup width is not fixed. */
  subgroups?: boolean;
  /**
   * Bytes that a kernel is given at once, below the adapter's limit: tests split small tensors with
   * it.
   */
  maxBinding?: number;
};

const OPTIONS = exactly({
  gpu: maybe(anything),
  subgroups: maybe(flag),
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
 * compute.
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
  const info = adapter.info as GPUAdapterInfo & { subgroupMinSize?: number };
  const fixed = info.subgroupMinSize !== undefined &&
    info.subgroupMinSize === (info as { subgroupMaxSize?: number }).subgroupMaxSize;
  const granted = device.features.has("subgroups" as GPUFeatureName) || fixed;
  const subgroups = options.subgroups !== false && granted && fixed;
  const opened = new Gpu(device, {
    description: info.description || `${info.vendor} ${info.architecture}`,
    subgroupSize: subgroups ? info.subgroupMinSize! : 0,
    isCpu: info.isFallbackAdapter || /llvmpipe|lavapipe|swiftshader/i.test(info.description),
    enableSubgroups: !("Deno" in globalThis && device instanceof GPUDevice),
    maxBinding: options.maxBinding,
  });
  implementations.set(opened, gpu);
  try {
    await checkCanary(opened);
  } catch (error) {
    opened[Symbol.dispose]();
    throw error;
  }
  return opened;
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
