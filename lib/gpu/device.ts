/**
 * A device with what the kernels need to know about it, and one place where its errors surface.
 *
 * WebGPU reports a broken kernel later and then simply does not compute. `Device` remembers the
 * first such error under the name of what was going on. `check()` throws it once; from then on
 * every use says that the GPU is unusable.
 * @module
 */
import { DeviceErrors } from "./device_errors.ts";

/** What was found out about an adapter when it was opened. */
export type DeviceFacts = {
  description: string;
  /**
   * Subgroup width, or 0 where it is not fixed or subgroups are not there: kernels then use
   * barriers.
   */
  subgroupSize: number;
  /** A software adapter such as lavapipe: loads and dispatches cost, barriers cost very much. */
  isCpu: boolean;
  /**
   * True where WGSL demands `enable subgroups;` (browsers, Dawn); Deno's naga rejects that line.
   */
  enableSubgroups: boolean;
  /** Bytes that a kernel is given at once, where that is less than the adapter's limit. */
  maxBinding?: number;
  /** What compiles kernels and may round differently when it is updated, in words. */
  versions?: string;
  /** What kernels take the adapter for though it is not, in words. */
  pretended?: string;
  /** What it was found to do otherwise than kernels expect, in words. */
  quirks?: string;
};

/**
 * An open device: it compiles and runs what it is given, and knows nothing of tensors or
 * recordings.
 */
export class Device {
  /** The adapter's name, for people. */
  readonly description: string;
  /** Lanes of a subgroup; 0 where there are none of a fixed width, in whose order a kernel can trust. */
  readonly subgroupSize: number;
  /** Whether the adapter is a CPU: kernels are shaped for it. */
  readonly isCpu: boolean;
  /** Whether kernels have to say `enable subgroups`. */
  readonly enableSubgroups: boolean;
  /**
   * Results are bit-equal between runs with the same key: it names the adapter, the subgroup width,
   * what was asked of `openGpu`, Deno's version (whose naga translates kernels) and the driver where
   * it can be known. Where `driver unknown` stands, an update of the driver does not show; the
   * version of another WebGPU than Deno's or dawn()'s, and settings that a driver takes from its environment,
   * never do.
   */
  readonly key: string;
  /** The largest buffer range in bytes that a kernel can be given at once. */
  readonly maxBinding: number;
  #errors: DeviceErrors;
  #bytes = 0;
  #peak = 0;

  /** Takes a device over: it is destroyed with this. */
  constructor(readonly device: GPUDevice, facts: DeviceFacts) {
    this.description = facts.description;
    this.subgroupSize = facts.subgroupSize;
    this.isCpu = facts.isCpu;
    this.enableSubgroups = facts.enableSubgroups;
    this.key = [
      `${facts.description} subgroups ${facts.subgroupSize}`,
      facts.pretended,
      facts.quirks,
      facts.maxBinding && `bindings of ${facts.maxBinding} bytes`,
      facts.versions,
    ].filter(Boolean).join(", ");
    const { maxStorageBufferBindingSize } = device.limits;
    this.maxBinding = Math.min(facts.maxBinding ?? Infinity, maxStorageBufferBindingSize);
    this.#errors = new DeviceErrors(device);
  }

  /**
   * Runs `body`; what the device finds wrong with it, of one kind, is reported under the name
   * `doing`.
   */
  attribute<T>(doing: string, body: () => T, kind?: GPUErrorFilter): T {
    return this.#errors.attribute(doing, body, kind);
  }

  /** Bytes of buffers that tensors and programs have on the device. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The most that `bytes` was since this was last asked. */
  takePeak(): number {
    const peak = this.#peak;
    this.#peak = this.#bytes;
    return peak;
  }

  /** So many bytes of buffers are there, or fewer. */
  count(change: number): void {
    this.#bytes += change;
    this.#peak = Math.max(this.#peak, this.#bytes);
  }

  /** Reports an error that shows otherwise than through the device's own events. */
  fail(doing: string, message: string): void {
    this.#errors.fail(doing, message);
  }

  /**
   * Throws the first error that the device has reported, later that it failed before, or that it
   * was closed.
   */
  check(): void {
    this.#errors.check();
  }

  /** Waits for the device's word on everything submitted so far, then checks. */
  async checked(): Promise<void> {
    await this.#errors.answered();
    this.check();
  }

  /** Destroys the device; what was made on it cannot be used any more. */
  [Symbol.dispose](): void {
    this.#errors.close();
    this.device.destroy();
  }
}
