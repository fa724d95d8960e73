/**
 * The GPU that everything runs on: adapter, device, limits, and one place where its errors surface.
 *
 * WebGPU reports a broken kernel later and then simply does not compute. `Gpu` remembers the first such error under the
 * name of what was going on. `check()` throws it once; from then on every use says that the GPU is unusable.
 * @module
 */
import { DeviceErrors } from "./device_errors.ts";
import { anything, exactly, expectForm, flag, maybe, whole } from "../io/form.ts";
import { Memory } from "./memory.ts";
import { Recorder } from "./recorder.ts";
import { checkCanary } from "./canary.ts";

/** How to open a device; `gpu` defaults to the runtime's own WebGPU, another implementation may be passed. */
export type OpenOptions = {
  gpu?: GPU;
  /** False: kernels do without subgroups, as on adapters whose subgroup width is not fixed. */
  subgroups?: boolean;
  /** Bytes that a kernel is given at once, below the adapter's limit: tests split small tensors with it. */
  maxBinding?: number;
};

/** An open device with what the kernels need to know about it. */
export class Gpu {
  /** Subgroup width, or 0 where it is not fixed or subgroups are not there: kernels then use barriers. */
  readonly subgroupSize: number;
  /** A software adapter such as lavapipe: loads and dispatches cost, barriers cost very much. */
  readonly isCpu: boolean;
  /** Results are bit-equal between runs with the same key. */
  readonly key: string;
  /** The largest buffer range in bytes that a kernel can be given at once. */
  readonly maxBinding: number;
  /** Collects dispatches outside a recording and hands them over when a value is read. */
  readonly immediate: Recorder;
  /** Where operations append their dispatches now: `immediate`, or the program that is being recorded. */
  recorder: Recorder;
  /** Where operations take their buffers from now: `lasting`, or the memory of the program that is being recorded. */
  memory: Memory;
  /** The device's own memory, which no program takes with it. */
  readonly lasting: Memory;
  /** The gradient tape of the tensor room, while one runs. */
  tape: unknown;
  #errors: DeviceErrors;

  constructor(
    readonly device: GPUDevice,
    readonly description: string,
    options: {
      subgroupSize: number;
      isCpu: boolean;
      enableSubgroups: boolean;
      maxBinding?: number;
    },
  ) {
    this.subgroupSize = options.subgroupSize;
    this.isCpu = options.isCpu;
    this.key = `${description} subgroups ${options.subgroupSize}`;
    const { maxStorageBufferBindingSize } = device.limits;
    this.maxBinding = Math.min(options.maxBinding ?? Infinity, maxStorageBufferBindingSize);
    this.enableSubgroups = options.enableSubgroups;
    this.#errors = new DeviceErrors(device);
    this.lasting = new Memory(this);
    this.memory = this.lasting;
    this.immediate = new Recorder(this, "immediate work");
    this.recorder = this.immediate;
  }

  /** True where WGSL demands `enable subgroups;` (browsers, Dawn); Deno's naga rejects that line. */
  readonly enableSubgroups: boolean;

  /** Runs `body`; what the device finds wrong with it, of one kind, is reported under the name `doing`. */
  attribute<T>(doing: string, body: () => T, kind?: GPUErrorFilter): T {
    return this.#errors.attribute(doing, body, kind);
  }

  /** Reports an error that shows otherwise than through the device's own events. */
  fail(doing: string, message: string): void {
    this.#errors.fail(doing, message);
  }

  /** Submits what operations have collected outside a recording. */
  flush(): void {
    this.immediate.flush();
  }

  /** Throws the first error that the device has reported, later that it failed before, or that it was closed. */
  check(): void {
    this.#errors.check();
  }

  /** Waits for the device's word on everything submitted so far, then checks. */
  async checked(): Promise<void> {
    await this.#errors.answered();
    this.check();
  }

  [Symbol.dispose](): void {
    this.#errors.close();
    this.lasting[Symbol.dispose]();
    this.device.destroy();
  }
}

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
 * Throws where there is no adapter, where it has less than WebGPU guarantees, and where it does not compute.
 */
export async function openGpu(options: OpenOptions = {}): Promise<Gpu> {
  expectForm("open a GPU", options, OPTIONS);
  const gpu = options.gpu ?? navigator.gpu;
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
  const opened = new Gpu(device, info.description || `${info.vendor} ${info.architecture}`, {
    subgroupSize: subgroups ? info.subgroupMinSize! : 0,
    isCpu: info.isFallbackAdapter || /llvmpipe|lavapipe|swiftshader/i.test(info.description),
    enableSubgroups: !("Deno" in globalThis && device instanceof GPUDevice),
    maxBinding: options.maxBinding,
  });
  try {
    await checkCanary(opened);
  } catch (error) {
    opened[Symbol.dispose]();
    throw error;
  }
  return opened;
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
